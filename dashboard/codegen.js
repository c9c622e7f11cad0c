// Writes src/gql/documents.ts: a typed document for every operation below src,
// checked against the schema of the API.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codegen } from "@graphql-codegen/core";
import * as documentPlugin from "@graphql-codegen/typed-document-node";
import * as operationsPlugin from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const schemaFolder = new URL("../graph/schema/", import.meta.url).pathname;
const sources = new URL("./src/", import.meta.url).pathname;
const target = join(sources, "gql", "documents.ts");

/** Reads the GraphQL files of a folder, in the order of their names. */
async function read(folder, ending) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(ending)).sort();
  return Promise.all(names.map(async (name) => ({ location: name, document: parse(await readFile(join(folder, name), "utf8")) })));
}

const schema = await read(schemaFolder, ".graphqls");
const documents = await read(sources, ".graphql");
const scalars = { DateTime: "string", ID: "string" };
const shape = { scalars, useTypeImports: true, nonOptionalTypename: true, enumType: "string-literal", strictScalars: true };

const text = await codegen({
  filename: target,
  schema: { kind: "Document", definitions: schema.flatMap((file) => file.document.definitions) },
  documents,
  config: {},
  plugins: [{ operations: shape }, { document: { ...shape, optimizeDocumentNode: true } }],
  pluginMap: { operations: operationsPlugin, document: documentPlugin },
});
await mkdir(join(sources, "gql"), { recursive: true });
await writeFile(target, text);
