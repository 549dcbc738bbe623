import { useState } from "react";
import { Confirm } from "../design/Confirm";
import * as api from "./api";

/** A phone lost, a laptop left open: out of all of them at once. */
export function Sessions() {
  const [asking, setAsking] = useState(false);
  return (
    <section className="card" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Where you are signed in</h2>
      <p>Lost a phone, or left a laptop open? Sign out on all of them at once, this one too.</p>
      <div className="form-buttons">
        <button type="button" className="button" onClick={() => setAsking(true)}>
          Sign out everywhere
        </button>
      </div>
      {asking && (
        <Confirm
          title="Sign out everywhere?"
          word="Sign out everywhere"
          busyWord="Signing out…"
          run={() => api.logoutEverywhere().then(() => location.reload())}
          onClose={() => setAsking(false)}
        >
          Every browser and phone that is signed in as you is signed out now, this one too. Your phone stops sharing where you
          are. Your tokens go on.
        </Confirm>
      )}
    </section>
  );
}
