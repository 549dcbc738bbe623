"""Settings: from the environment, from files, and what is never said of them."""

import pytest
from msgspec import structs

from rentguy.config import PREFIX, Config
from rentguy.errors import ConfigError

SECRET = "correct horse battery staple"


@pytest.mark.parametrize("name", [field.name for field in structs.fields(Config)])
def test_every_setting_can_be_in_a_file(name, tmp_path):
    config = Config()
    values = {str: "from a file", int: 7, float: 7.5, bool: not getattr(config, name)}
    value = values[type(getattr(config, name))]
    (tmp_path / "setting").write_text(f"{int(value) if isinstance(value, bool) else value}\n")
    variable = PREFIX + name.upper()
    assert getattr(Config.of({f"{variable}_FILE": str(tmp_path / "setting")}), name) == value
    # and a child gets what was in it, whatever the file says by then
    (tmp_path / "setting").unlink()
    assert getattr(Config.of(structs.replace(config, **{name: value}).environment()), name) == value


@pytest.mark.parametrize(
    ("content", "value"),
    [(b"x\n", "x"), (b"x\r\n", "x"), (b"x", "x"), (b" x \n\n", " x \n"), ("ü".encode(), "ü"), (b"", "")],
)
def test_a_files_last_line_end_is_none_of_its_value(tmp_path, content, value):
    (tmp_path / "key").write_bytes(content)
    assert Config.of({"RENTGUY_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == value


def test_the_variable_itself_comes_first_unless_it_is_empty(tmp_path):
    (tmp_path / "key").write_text("of the file")
    file = {"RENTGUY_SECRET_KEY_FILE": str(tmp_path / "key")}
    assert Config.of({**file, "RENTGUY_SECRET_KEY": "itself"}).secret_key == "itself"
    assert Config.of({**file, "RENTGUY_SECRET_KEY": ""}).secret_key == "of the file"
    assert Config.of({"RENTGUY_SECRET_KEY_FILE": ""}).secret_key == ""


@pytest.mark.parametrize(
    ("environment", "content", "said"),
    [
        (
            {"RENTGUY_SECRET_KEY_FILE": "nowhere"},
            None,
            "RENTGUY_SECRET_KEY_FILE: 'nowhere' can't be read: No such file",
        ),
        (
            {"RENTGUY_SECRET_KEY_FILE": "{file}"},
            b"\xff",
            "RENTGUY_SECRET_KEY_FILE: '{file}' can't be read: it is no UTF",
        ),
        ({"RENTGUY_DEVICE_RATE_FILE": "{file}"}, SECRET.encode(), "RENTGUY_DEVICE_RATE_FILE: expected float"),
        ({"RENTGUY_COOKIE_SECURE_FILE": "{file}"}, SECRET.encode(), "RENTGUY_COOKIE_SECURE_FILE: expected 1 or 0"),
        ({"RENTGUY_DEVICE_RATE": "fast"}, None, "RENTGUY_DEVICE_RATE: expected float, got 'fast'"),
    ],
)
def test_what_is_wrong_names_the_variable_and_no_secret(tmp_path, environment, content, said):
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        Config.of({name: value.format(file=file) for name, value in environment.items()})
    assert str(refused.value).startswith(said.format(file=file))
    assert SECRET not in str(refused.value)


def test_a_config_that_is_shown_shows_no_secret():
    url = "postgresql://rentguy:p@ss:w0rd@db:5432/rentguy"
    config = Config(secret_key=SECRET, demo_password=SECRET, database_url=url)
    for shown in (repr(config), str(config), f"{config}", repr([config])):
        assert SECRET not in shown and "w0rd" not in shown and "p@ss" not in shown
        assert "postgresql://rentguy:…@db:5432/rentguy" in shown and "listen='127.0.0.1:8721'" in shown


def test_a_password_in_a_query_is_not_shown_either():
    shown = repr(Config(database_url="postgresql://db/rentguy?user=rentguy&password=p@ss&sslmode=require"))
    assert "p@ss" not in shown and "sslmode=require" in shown
