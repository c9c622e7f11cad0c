import type { Media, Participant } from "../meeting/state";
import { HandIcon, HostIcon, MutedIcon, ScreenIcon } from "../ui/icons";
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
      {who.media && <Shows media={who.media} />}
    </li>
  );
}

/** What of somebody is out of the ordinary: muted, sharing, asking for the word. */
function Shows({ media }: { media: Media }) {
  return (
    <>
      {!media.microphone && <Sign of="muted" Icon={MutedIcon} />}
      {media.screen && <Sign of="shares a screen" Icon={ScreenIcon} />}
      {media.hand && <Sign of="raises a hand" Icon={HandIcon} />}
    </>
  );
}

function Sign({ of, Icon }: { of: string; Icon: typeof MutedIcon }) {
  return (
    <span className={styles.sign} title={of}>
      <Icon size={13} />
      <span className="heard">{of}</span>
    </span>
  );
}

function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  const ends = parts.length > 1 ? [parts[0], parts.at(-1)] : parts;
  return ends.map((part) => String.fromCodePoint(part?.codePointAt(0) ?? 0x3f)).join("").toUpperCase();
}
