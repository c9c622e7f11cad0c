import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { useMemo } from "react";
import { createRoot } from "react-dom/client";
import "graphiql/style.css";
import "./app/base.css";
import "./graphiql.css";
import { KeyForm } from "./access/KeyForm";
import { useKey } from "./access/useKey";
import { createSocket } from "./api/socket";

const example = `# Ctrl+Enter runs the operation at the cursor; Ctrl+Space proposes what fits.

query Meetings {
  meetings(first: 10) {
    nodes {
      id
      title
      round {
        ordinal
        state
      }
    }
  }
}
`;

/** GraphiQL, with the key of the page. */
function App() {
  const { key, refused, give, refuse } = useKey();
  return key === null ? <KeyForm refused={refused} onKey={give} /> : <Editor key={key} apiKey={key} onRefused={refuse} />;
}

function Editor({ apiKey, onRefused }: { apiKey: string; onRefused: () => void }) {
  const fetcher = useMemo(
    () =>
      createGraphiQLFetcher({
        url: "/graphql",
        headers: { authorization: `Bearer ${apiKey}` },
        fetch: async (...request: Parameters<typeof fetch>) => {
          const response = await fetch(...request);
          if (response.status === 401) onRefused();
          return response;
        },
        wsClient: createSocket(apiKey).client,
      }),
    [apiKey, onRefused],
  );
  return (
    <GraphiQL fetcher={fetcher} defaultQuery={example} isHeadersEditorEnabled={false}>
      <GraphiQL.Logo>
        <a href="/">Breakout</a>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

const page = document.getElementById("page");
if (!page) throw new Error("The page has no place for its content.");
createRoot(page).render(<App />);
