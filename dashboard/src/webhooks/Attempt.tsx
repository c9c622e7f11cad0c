import { clock } from "../ui/time";
import styles from "./Deliveries.module.css";
import { Body, type WholeDelivery } from "./DeliveryView";

type Made = WholeDelivery["attempts"]["nodes"][number];

/** One request, and what came back. */
export function Attempt({ attempt }: { attempt: Made }) {
  const { number, at, durationSeconds, url, requestHeaders, status, responseHeaders, responseBody, error } = attempt;
  const good = status !== null && status >= 200 && status < 300;
  return (
    <li className={styles.attempt} aria-label={`Attempt ${number}`}>
      <header>
        <span className={styles.status} data-good={good || undefined}>
          {status ?? "no answer"}
        </span>
        <b>Attempt {number}</b>
        <time dateTime={at}>{clock(at)}</time>
        <span>{durationSeconds < 1 ? `${Math.round(durationSeconds * 1000)} ms` : `${durationSeconds.toFixed(1)} s`}</span>
      </header>
      {error !== null && <p className={styles.error}>{error}</p>}
      <details>
        <summary>Request</summary>
        <p className={styles.line}>
          POST <code>{url}</code>
        </p>
        <Headers of={requestHeaders} />
      </details>
      {status !== null && (
        <details>
          <summary>Response</summary>
          <Headers of={responseHeaders} />
          {responseBody === "" ? <p className={styles.line}>It said nothing.</p> : <Body text={responseBody} />}
        </details>
      )}
    </li>
  );
}

function Headers({ of }: { of: readonly { name: string; value: string }[] }) {
  return (
    <dl className={styles.headers}>
      {of.map(({ name, value }, i) => (
        <div key={i}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
