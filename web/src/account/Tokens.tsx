import { useState } from "react";
import type { ApiToken, NewApiToken } from "../contract/types";
import { Ago } from "../design/Ago";
import { Confirm } from "../design/Confirm";
import { CopyField } from "../design/CopyField";
import { Dialog } from "../design/Dialog";
import { List } from "../design/List";
import { instant } from "../design/times";
import { useNow } from "../design/useNow";
import { useFetched } from "../live/fetched";
import * as api from "./api";
import { MakeToken } from "./MakeToken";
import { isOver, SCOPE_WORDS } from "./words";

/** What programs of one's own sign in with. */
export function Tokens() {
  const tokens = useFetched("tokens", api.tokens);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<NewApiToken | null>(null);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);

  return (
    <section className="card" aria-labelledby="tokens-title">
      <header>
        <h2 id="tokens-title">Tokens</h2>
        <button type="button" className="button small" onClick={() => setMaking(true)}>
          New token
        </button>
      </header>
      <p className="dim">A program of yours signs in with a token instead of your password, and may only what you choose.</p>
      <List of={tokens} empty="No tokens: no program signs in as you.">
        {(token) => <TokenRow key={token.id} token={token} onRevoke={() => setRevoking(token)} />}
      </List>
      {making && (
        <MakeToken
          onMade={(token) => {
            setMaking(false);
            setMade(token);
            void tokens.load();
          }}
          onClose={() => setMaking(false)}
        />
      )}
      {made && <TokenShown token={made} onClose={() => setMade(null)} />}
      {revoking && (
        <Confirm
          title={`Revoke ${revoking.name}?`}
          word="Revoke"
          busyWord="Revoking…"
          run={() => api.revokeToken(revoking.id).then(tokens.load)}
          onClose={() => setRevoking(null)}
        >
          Whatever signs in with it is refused from now on. This can’t be undone.
        </Confirm>
      )}
    </section>
  );
}

function TokenRow({ token, onRevoke }: { token: ApiToken; onRevoke: () => void }) {
  const { name, scopes, created_at, expires_at, used_at } = token;
  const over = isOver(token, useNow());
  return (
    <li className="entry-row" data-testid="token">
      <span className="who">
        <b>{name}</b>
        <span className="dim">
          {scopes.map((scope) => SCOPE_WORDS[scope].word.toLowerCase()).join(", ")} · made <Ago at={instant(created_at)} /> ·{" "}
          {used_at === null ? "never used" : <>used <Ago at={instant(used_at)} /></>} ·{" "}
          {expires_at === null ? (
            "no end"
          ) : (
            <span className={over ? "warn" : undefined}>
              {over ? "ended" : "until"} {new Date(instant(expires_at)).toLocaleDateString("en-GB", { dateStyle: "medium" })}
            </span>
          )}
        </span>
      </span>
      <button type="button" className="button small" aria-label={`Revoke ${name}`} onClick={onRevoke}>
        Revoke
      </button>
    </li>
  );
}

function TokenShown({ token: { name, token }, onClose }: { token: NewApiToken; onClose: () => void }) {
  return (
    <Dialog title={`The token ${name}`} onClose={onClose} firm>
      <div className="form">
        <p>
          <b>Copy it now: it can’t be shown again.</b> Lost, it is revoked and another is made.
        </p>
        <CopyField label="Token" value={token} testid="token-shown" />
        <CopyField label="To try it" value={`curl -H "Authorization: Bearer ${token}" ${location.origin}/api/v1/me`} />
        <div className="form-buttons">
          <button type="button" className="button primary" onClick={onClose}>
            I have kept it
          </button>
        </div>
      </div>
    </Dialog>
  );
}
