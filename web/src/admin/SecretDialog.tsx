import type { DeviceSecret } from "../contract/types";
import { CopyField } from "../design/CopyField";
import { Dialog } from "../design/Dialog";
import { QrCode } from "./QrCode";

/** What a device signs in with, this one time. */
export function SecretDialog({ secret, onClose }: { secret: DeviceSecret; onClose: () => void }) {
  return (
    <Dialog title={`How ${secret.slug} signs in`} onClose={onClose} firm>
      <div className="form secret">
        <p>
          <b>Copy or scan it now: this secret can’t be shown again.</b> Lost, the device gets a new one, and this one is void.
        </p>
        <CopyField label="Secret" value={secret.secret} testid="secret" />
        <div className="scan-it">
          <QrCode text={secret.owntracks} label={`Settings of OwnTracks for ${secret.slug}`} />
          <p>
            <b>A phone with OwnTracks</b>
            <span className="dim">
              Point its camera at the code: it opens OwnTracks with all of these settings. Whoever photographs the code has
              the secret.
            </span>
          </p>
        </div>
        <CopyField label="To try it from a command line" value={secret.mosquitto_pub} testid="mosquitto-pub" />
        {secret.topic === null && (
          <p className="dim">It works for nothing yet: in place of PROJECT comes the short name of the project it will work for.</p>
        )}
        <dl className="facts">
          <dt>Broker</dt>
          <dd>
            <code>{secret.mqtt_url}</code>
          </dd>
          <dt>User</dt>
          <dd>
            <code>{secret.slug}</code>
          </dd>
          <dt>Topic</dt>
          <dd>{secret.topic === null ? "none until it works for a project" : <code>{secret.topic}</code>}</dd>
        </dl>
        <div className="form-buttons">
          <button type="button" className="button primary" onClick={onClose}>
            I have kept it
          </button>
        </div>
      </div>
    </Dialog>
  );
}
