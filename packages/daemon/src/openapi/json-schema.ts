import type { BodySchema } from "../route/route.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The parts of a valibot schema that say what it is. */
interface SchemaParts {
  readonly type: string;
  readonly entries?: Readonly<Record<string, SchemaParts>>;
  readonly item?: SchemaParts;
  readonly value?: SchemaParts;
  readonly wrapped?: SchemaParts;
  readonly pipe?: readonly SchemaParts[];
  readonly options?: readonly string[];
}

/** The JSON schema of a body, for the kinds of schema that bodies are made of. */
export const jsonSchema = (schema: BodySchema): JsonSchema => convert(schema as unknown as SchemaParts);

function convert(schema: SchemaParts): JsonSchema {
  switch (schema.type) {
    case "string":
    case "boolean":
      return { type: schema.type };
    case "picklist":
      return { type: "string", enum: schema.options ?? [] };
    case "number":
      return { type: schema.pipe?.some(({ type }) => type === "integer") ? "integer" : "number" };
    case "array":
      return { type: "array", items: convertPart(schema.item) };
    case "record":
      return { type: "object", additionalProperties: convertPart(schema.value) };
    case "unknown":
      return {};
    case "nullish":
      return nullable(convertPart(schema.wrapped));
    case "object":
    case "loose_object":
      return objectSchema(schema.entries ?? {});
    default:
      throw new Error(`no JSON schema for a schema of type ${schema.type}`);
  }
}

function convertPart(schema: SchemaParts | undefined): JsonSchema {
  if (schema === undefined) throw new Error("a schema lacks a part");
  return convert(schema);
}

function objectSchema(entries: Readonly<Record<string, SchemaParts>>): JsonSchema {
  const required = Object.keys(entries).filter((name) => entries[name]?.type !== "nullish");
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, convert(entry)])),
    ...(required.length === 0 ? {} : { required }),
  };
}

const nullable = ({ type, ...rest }: JsonSchema): JsonSchema => {
  const values = rest["enum"];
  return { type: [type, "null"], ...rest, ...(Array.isArray(values) ? { enum: [...values, null] } : {}) };
};
