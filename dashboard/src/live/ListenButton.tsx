import { memo } from "react";
import { ToggleButton } from "react-aria-components";
import type { Room } from "../meeting/state";
import { HeadphonesIcon } from "../ui/icons";
import styles from "./Live.module.css";
import { useLive } from "./live";

/** Starts and stops listening in on a room that people can be in. */
export const ListenButton = memo(function ListenButton({ room }: { room: Room }) {
  const { mayListen, roomId, listen } = useLive();
  const open = room.kind === "MAIN" || room.state === "OPEN" || room.state === "CLOSING";
  const listens = roomId === room.id;
  if (!mayListen || !(open || listens)) return null;
  return (
    <ToggleButton className={styles.listen ?? ""} aria-label={`Listen in on ${room.name}`} isSelected={listens} onChange={(on) => listen(on ? room.id : null)}>
      <HeadphonesIcon />
    </ToggleButton>
  );
});
