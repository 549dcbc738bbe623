import { CopyField } from "../design/CopyField";
import { Dialog } from "../design/Dialog";

interface Props {
  slug: string;
  password: string;
  onClose: () => void;
}

/** What somebody signs in with, this one time. */
export function PasswordShown({ slug, password, onClose }: Props) {
  return (
    <Dialog title={`How ${slug} signs in`} onClose={onClose} firm>
      <div className="form">
        <p>
          <b>Copy it now: this password can’t be shown again.</b> Hand it over in person or by a way of your own; it can be changed
          under “You”.
        </p>
        <CopyField label="Name" value={slug} />
        <CopyField label="Password" value={password} testid="password-shown" />
        <div className="form-buttons">
          <button type="button" className="button primary" onClick={onClose}>
            I have kept it
          </button>
        </div>
      </div>
    </Dialog>
  );
}
