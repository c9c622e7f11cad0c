import type { Participant } from "../meeting/state";
import { HostIcon } from "../ui/icons";
import { personStyle } from "./hue";
import styles from "./Person.module.css";

/** Somebody in a room. */
export function Person({ who }: { who: Participant }) {
  const hosts = who.role !== "PARTICIPANT";
  return (
    <li className={styles.person} data-flip={who.id} style={personStyle(who.number)}>
      <span className={styles.face} aria-hidden="true">
        {initials(who.name)}
      </span>
      <span className={styles.name}>{who.name}</span>
      {hosts && (
        <span className={styles.host}>
          <HostIcon size={13} />
          <span className={who.role === "HOST" ? "heard" : undefined}>{who.role === "HOST" ? "host" : "co-host"}</span>
        </span>
      )}
    </li>
  );
}

function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  const ends = parts.length > 1 ? [parts[0], parts.at(-1)] : parts;
  return ends.map((part) => String.fromCodePoint(part?.codePointAt(0) ?? 0x3f)).join("").toUpperCase();
}
