import { use } from "react";
import type { Media, Participant } from "../meeting/state";
import { CameraIcon, HandIcon, HelpIcon, HostIcon, MutedIcon, ScreenIcon } from "../ui/icons";
import styles from "./Person.module.css";
import { SpeakingContext } from "./speaking";

/** Somebody in a room: the face, the name and what is out of the ordinary. */
export function PersonBody({ who }: { who: Participant }) {
  const hosts = who.role !== "PARTICIPANT";
  const speaks = use(SpeakingContext).has(who.id);
  return (
    <>
      <span className={styles.face} data-speaks={speaks || undefined} aria-hidden="true">
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
      {who.needsHelp && <Sign of="asks for help" Icon={HelpIcon} urgent />}
    </>
  );
}

/** What somebody shows: muted, seen, sharing, asking for the word. */
function Shows({ media }: { media: Media }) {
  return (
    <>
      {!media.microphone && <Sign of="muted" Icon={MutedIcon} />}
      {media.camera && <Sign of="camera on" Icon={CameraIcon} />}
      {media.screen && <Sign of="shares a screen" Icon={ScreenIcon} />}
      {media.hand && <Sign of="raises a hand" Icon={HandIcon} urgent />}
    </>
  );
}

function Sign({ of, Icon, urgent = false }: { of: string; Icon: typeof MutedIcon; urgent?: boolean }) {
  return (
    <span className={styles.sign} title={of} data-urgent={urgent || undefined}>
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
