/** What the page needs of an OpenAPI 3.1 document, as the server makes it. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** All routes in which the words of a search occur, by what they are about. */
export function routes(document: Document, search: string): ReadonlyMap<string, readonly Route[]> {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Map<string, Route[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const text = `${method} ${path} ${operation.summary} ${operation.description ?? ""}`.toLowerCase();
      if (!words.every((word) => text.includes(word))) continue;
      const about = operation.tags[0] ?? "";
      found.set(about, [...(found.get(about) ?? []), { method, path, operation }]);
    }
  }
  return found;
}

export function schemaOf({ content }: Content): Schema | undefined {
  return Object.values(content ?? {})[0]?.schema;
}

/** What a schema asks for, in words: "integer 1 … 500", "list of ChatRow", "date-time or null". */
export function words(schema: Schema): string {
  if (schema.$ref) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  if (schema.anyOf) return [...new Set(schema.anyOf.map(words))].join(" or ");
  if (schema.enum) return schema.enum.map(String).join(" | ");
  if (schema.items) return `list of ${words(schema.items)}`;
  if (typeof schema.additionalProperties === "object") return `map of ${words(schema.additionalProperties)}`;
  const { minimum: least = schema.minLength, maximum: most = schema.maxLength } = schema;
  const bounds = least === undefined && most === undefined ? "" : ` ${least ?? ""} … ${most ?? ""}`.trimEnd();
  return `${schema.format ?? schema.type ?? "anything"}${bounds}`;
}

/** The named schemas that one leads to, directly or through others, each once. */
export function named(document: Document, schema: Schema | undefined, into = new Map<string, Schema>()): ReadonlyMap<string, Schema> {
  if (!schema) return into;
  if (schema.$ref) {
    const name = words(schema);
    const found = document.components.schemas[name];
    if (found && !into.has(name)) named(document, found, into.set(name, found));
  }
  const inside = [schema.items, ...(schema.anyOf ?? []), ...Object.values(schema.properties ?? {})];
  if (typeof schema.additionalProperties === "object") inside.push(schema.additionalProperties);
  for (const each of inside) named(document, each, into);
  return into;
}
