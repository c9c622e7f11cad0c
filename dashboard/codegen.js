// Writes src/gql/documents.ts: a typed document for every operation below src,
// checked against the schema of the API. The page names operations by their hash, which
// stand in src/gql/hashes.ts; documents.json tells the server what they stand for.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codegen } from "@graphql-codegen/core";
import * as documentPlugin from "@graphql-codegen/typed-document-node";
import * as operationsPlugin from "@graphql-codegen/typescript-operations";
import { Kind, parse, print, visit } from "graphql";

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

const definitions = documents.flatMap((file) => file.document.definitions);
const fragments = new Map(definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((one) => [one.name.value, one]));

/** An operation and the fragments that it needs, each once. */
function whole(operation) {
  const needed = new Set([operation]);
  for (const definition of needed) {
    visit(definition, { FragmentSpread: ({ name }) => void needed.add(fragments.get(name.value)) });
  }
  return print({ kind: Kind.DOCUMENT, definitions: [...needed] });
}

const trusted = {};
const hashes = {};
for (const operation of definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)) {
  const document = whole(operation);
  const hash = createHash("sha256").update(document).digest("hex");
  trusted[hash] = document;
  hashes[operation.name.value] = hash;
}
const comment = "/** The SHA-256 of every operation, by its name. */\n";
await writeFile(join(sources, "gql", "hashes.ts"), `${comment}export const hashes: Record<string, string> = ${JSON.stringify(hashes, null, 2)};\n`);
await writeFile(new URL("documents.json", import.meta.url).pathname, JSON.stringify(trusted, null, 2) + "\n");
