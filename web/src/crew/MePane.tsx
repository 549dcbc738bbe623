import { mayAdminister } from "../app/rights";
import { follow, pathOf } from "../app/router";
import { SignOut } from "../app/SignOut";
import type { Me, Project } from "../contract/types";
import { Avatar } from "../design/Avatar";
import { Switch } from "../design/Switch";
import { useStore } from "../live/store";
import { InstallHint } from "./InstallHint";
import { allowSound, give, loudness, setLoudness } from "./signals";
import { Waiting } from "./Waiting";

/** Who one is here, how loud, and what still waits to be sent. */
export function MePane({ me, project }: { me: Me; project: Project }) {
  return (
    <div className="me-pane">
      <section className="who">
        <Avatar slug={me.slug} name={me.name} />
        <span>
          <b>{me.name}</b>
          <span className="dim">
            {me.admin ? "admin" : project.role} on {project.name}
          </span>
        </span>
      </section>
      <Waiting me={me} />
      <Sounds />
      <section>
        <h2>My projects</h2>
        <ul className="choices">
          {me.projects.map(({ slug, name }) => (
            <li key={slug}>
              <a
                className="choice"
                href={pathOf("crew", slug)}
                aria-current={slug === project.slug ? "page" : undefined}
                onClick={follow(pathOf("crew", slug))}
              >
                {name}
              </a>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>Account</h2>
        <ul className="choices">
          <li>
            <a className="choice" href="/account" onClick={follow("/account")}>
              Password, tokens, what is stored of you
            </a>
          </li>
          {mayAdminister(me) && (
            <li>
              <a className="choice" href="/admin" onClick={follow("/admin")}>
                Administration
              </a>
            </li>
          )}
        </ul>
      </section>
      <InstallHint />
      <SignOut className="button">Sign out</SignOut>
    </div>
  );
}

function Sounds() {
  const { on, volume } = useStore(loudness);
  return (
    <section className="sounds">
      <h2>Sounds of a scan</h2>
      <Switch on={on} label="Sounds on" onChange={(next) => setLoudness({ on: next })} />
      <label>
        Volume
        <input
          type="range"
          min={0.1}
          max={1}
          step={0.1}
          value={volume}
          disabled={!on}
          onChange={(event) => setLoudness({ volume: Number(event.target.value) })}
          onPointerUp={() => {
            allowSound();
            give("ok");
          }}
        />
      </label>
    </section>
  );
}
