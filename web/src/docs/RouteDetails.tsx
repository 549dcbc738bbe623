import { Fragment } from "react";
import { named, schemaOf, words, type Document, type Route, type Schema } from "./openapi";

/** One route: closed, what it is for; open, what it takes and answers. */
export function RouteDetails({ document, route: { method, path, operation } }: { document: Document; route: Route }) {
  const body = operation.requestBody && schemaOf(operation.requestBody);
  const answers = Object.entries(operation.responses);
  const right = answers.filter(([status]) => status < "300").map(([, answer]) => schemaOf(answer));
  const schemas = [body, ...right].flatMap((schema) => [...named(document, schema)]);
  return (
    <details>
      <summary>
        <b className={`method ${method}`}>{method.toUpperCase()}</b> <code>{path}</code> <span>{operation.summary}</span>
      </summary>
      {operation.description && <p>{operation.description}</p>}
      {operation.security?.length === 0 && <p className="dim">Nobody has to be signed in for it.</p>}
      <dl>
        {operation.parameters.map((each) => (
          <Fragment key={each.name}>
            <dt>
              <code>{each.name}</code> <span className="dim">{each.in}</span>
            </dt>
            <dd>{words(each.schema)}</dd>
          </Fragment>
        ))}
        {body && <dt>body</dt>}
        {body && <dd>{words(body)}</dd>}
        {answers.map(([status, answer]) => (
          <Fragment key={status}>
            <dt>{status}</dt>
            <dd>{status < "300" ? words(schemaOf(answer) ?? { type: "nothing" }) : answer.description}</dd>
          </Fragment>
        ))}
      </dl>
      {[...new Map(schemas)].map(([name, schema]) => (
        <Fields key={name} name={name} schema={schema} />
      ))}
    </details>
  );
}

function Fields({ name, schema }: { name: string; schema: Schema }) {
  return (
    <table>
      <caption>
        <b>{name}</b> {schema.description}
      </caption>
      <tbody>
        {Object.entries(schema.properties ?? {}).map(([field, each]) => (
          <tr key={field}>
            <th scope="row">
              <code>{field}</code>
            </th>
            <td>{words(each)}</td>
            <td className="dim">{schema.required?.includes(field) ? "" : "may be left out"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
