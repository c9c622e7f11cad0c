import { useState } from "react";
import type { Meeting } from "../meeting/state";
import { GuestStrip } from "./GuestStrip";
import { ListenStrip } from "./ListenStrip";
import { useLive, type Guest } from "./live";
import styles from "./Live.module.css";

/** What is listened to and who has joined from this page, in its corner. */
export function LiveBar({ meeting, guest, onLeave }: { meeting: Meeting; guest: Guest | null; onLeave: () => void }) {
  const { roomId, listen } = useLive();
  // Each try is a call of its own.
  const [tries, setTries] = useState(0);
  const again = () => setTries(tries + 1);
  const room = roomId === null ? undefined : meeting.rooms.get(roomId);
  return (
    <div className={styles.bar}>
      {roomId !== null && <ListenStrip key={`${roomId} ${tries}`} meeting={meeting} roomId={roomId} room={room} onStop={() => listen(null)} onAgain={again} />}
      {guest && <GuestStrip key={`${guest.link} ${tries}`} meeting={meeting} guest={guest} onLeave={onLeave} onAgain={again} />}
    </div>
  );
}
