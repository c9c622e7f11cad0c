import { useCallback, useState } from "react";
import { NoScope } from "../access/NoScope";
import { useMay } from "../access/viewer";
import { readPages } from "../api/pages";
import { useConnection } from "../api/connection";
import { Choice, Choices } from "../app/Choices";
import { Columns, PageHead } from "../app/Page";
import { addressOfPage, go, useParameter } from "../app/route";
import { EndpointsDocument, type EndpointPartsFragment } from "../gql/documents";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { EndpointForm } from "./EndpointForm";
import { EndpointView } from "./EndpointView";
import { Secret } from "./Secret";
import { usePolled } from "./usePolled";
import styles from "./WebhooksPage.module.css";
import { conditionOf, filterOf } from "./words";

/** Where the workspace's events are sent: the endpoints, and what became of each message. */
export function WebhooksPage() {
  return useMay("ADMIN") ? <Webhooks /> : <NoScope scope="ADMIN" what="see or change webhooks" />;
}

function Webhooks() {
  const { api } = useConnection();
  const read = useCallback(async () => {
    const endpoints: EndpointPartsFragment[] = [];
    await readPages(api, EndpointsDocument, {}, ({ webhookEndpoints }) => webhookEndpoints, (rows) => endpoints.push(...rows));
    return endpoints;
  }, [api]);
  const { value: endpoints, error, refresh } = usePolled(read);
  const [isMaking, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const chosen = useParameter("endpoint");
  const open = endpoints?.find(({ id }) => id === chosen) ?? (chosen === null ? endpoints?.[0] : undefined);
  const made = (id: string, shown: string | null) => {
    setMaking(false);
    setSecret(shown);
    refresh();
    go(addressOfPage("webhooks", { endpoint: id }));
  };

  return (
    <>
      <PageHead title="Webhooks" what="What happens in this workspace’s meetings, sent to servers of your own.">
        <Button kind="primary" onPress={() => setMaking(true)}>
          New endpoint
        </Button>
      </PageHead>
      {error !== null && (
        <p role="alert" className={styles.trouble}>
          {error} This page tries again every few seconds.
        </p>
      )}
      {endpoints?.length === 0 && <Nothing />}
      {endpoints === null && error === null && <p role="status">Reading the endpoints…</p>}
      {endpoints !== null && endpoints.length > 0 && (
        <Columns>
          <EndpointList endpoints={endpoints} open={open?.id ?? null} />
          {open ? <EndpointView key={open.id} endpoint={open} onChanged={refresh} onSecret={setSecret} /> : <p>There is no endpoint {chosen}. It may have been deleted.</p>}
        </Columns>
      )}
      <EndpointForm isOpen={isMaking} endpoint={null} onClose={() => setMaking(false)} onDone={made} />
      <Secret secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

const lights = { on: "good", off: "off", failing: "bad" } as const;

function EndpointList({ endpoints, open }: { endpoints: readonly EndpointPartsFragment[]; open: string | null }) {
  return (
    <nav aria-label="Endpoints">
      <Choices>
        {endpoints.map((endpoint) => {
          const { state, text } = conditionOf(endpoint);
          return (
            <Choice
              key={endpoint.id}
              href={addressOfPage("webhooks", { endpoint: endpoint.id })}
              isCurrent={endpoint.id === open}
              light={lights[state]}
              title={endpoint.description === "" ? endpoint.url.replace(/^https?:\/\//, "") : endpoint.description}
              detail={`${text} · ${filterOf(endpoint)}`}
            />
          );
        })}
      </Choices>
    </nav>
  );
}

function Nothing() {
  return (
    <Notice title="No endpoint yet">
      <p>
        An endpoint is the address of a server of yours. It is sent each event at least once, signed by Standard Webhooks, and again for three days if it does not
        take it.
      </p>
      <p>
        Make one here, or with the mutation <code>createWebhookEndpoint</code>.
      </p>
    </Notice>
  );
}
