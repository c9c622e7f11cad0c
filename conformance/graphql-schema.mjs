// Checks graph/schema by the rules of @graphql-eslint for schemas, the recommended
// ones and those of Relay, and prints what they find, a line for each.
import graphql from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";

const rules = {
  ...graphql.configs["flat/schema-recommended"].rules,
  ...graphql.configs["flat/schema-relay"].rules,

  // Short descriptions stand in quotes and long ones in blocks, as they read best.
  "@graphql-eslint/description-style": "off",
  // What can be asked for by its id has one. Payloads, pages, events and values are
  // parts of something else, and an id of theirs would lead nowhere.
  "@graphql-eslint/strict-id-in-types": "off",
  // Lists are read forwards: they grow at their end while they are read.
  "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
  // Short lists of values need no pages, and every page also has its nodes without
  // cursors. Some nodes are values without an id of their own, such as utterances.
  "@graphql-eslint/relay-edge-types": [
    "error",
    { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
  ],
};
const root = new URL("..", import.meta.url).pathname;
const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ["**/*.graphqls"],
      languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: `${root}graph/schema/*.graphqls` } } },
      plugins: { "@graphql-eslint": graphql },
      rules,
    },
  ],
});
const results = await eslint.lintFiles(["graph/schema/*.graphqls"]);
for (const { filePath, messages } of results) {
  for (const { line, ruleId, message } of messages) console.log(`${filePath}:${line}: ${ruleId}: ${message}`);
}
console.log(`${results.length} files`);
