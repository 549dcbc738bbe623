import { offer } from "../app/install";
import { useStore } from "../live/store";

const installed = matchMedia("(display-mode: standalone)");

/** How this page becomes an app on the phone, where it isn't one yet. */
export function InstallHint() {
  const install = useStore(offer);
  if (installed.matches) return null;
  return (
    <section>
      <h2>On this phone</h2>
      {install ? (
        <button type="button" className="button" onClick={() => void install.prompt()}>
          Install the app
        </button>
      ) : (
        <p className="dim">
          Put it on the home screen: in the browser’s menu, “Add to Home screen” (on an iPhone under Share). It then opens
          without signal too.
        </p>
      )}
      <p className="dim">
        Your position is shared only while this page is open: a phone’s browser stops when the phone is locked.
      </p>
    </section>
  );
}
