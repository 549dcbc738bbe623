import { useEffect, useState } from "react";
import { RouteDetails } from "./RouteDetails";
import { routes, type Document } from "./openapi";

/** The page of the REST API, from its own description; it needs nothing but this address. */
export function Docs() {
  const [document, setDocument] = useState<Document | string | null>(null);
  const [search, setSearch] = useState("");
  useEffect(() => {
    fetch("/api/openapi.json")
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`the server answered ${answer.status}`))))
      .then(setDocument, (error: Error) => setDocument(error.message));
  }, []);
  if (document === null) return <p className="notice">Asking…</p>;
  if (typeof document === "string") return <p className="notice">The description can't be had: {document}</p>;
  const found = [...routes(document, search)];
  return (
    <main className="docs">
      <h1 className="brand">
        Rent<b>Guy</b> Live · the API
      </h1>
      <p className="dim">
        Sign in with <code>POST /api/v1/auth/login</code>, or make a token under <a href="/account">your account</a>, and send it as{" "}
        <code>Authorization: Bearer …</code>. The same as a document: <a href="/api/openapi.json">OpenAPI 3.1</a>.
      </p>
      <input type="search" aria-label="Find a route" placeholder="Find a route…" value={search} onChange={({ target }) => setSearch(target.value)} />
      {found.map(([about, those]) => (
        <section key={about} aria-label={about}>
          <h2>{about.replaceAll("_", " ")}</h2>
          {those.map((route) => (
            <RouteDetails key={route.operation.operationId} document={document} route={route} />
          ))}
        </section>
      ))}
      {!found.length && <p className="notice">No route has all these words.</p>}
    </main>
  );
}
