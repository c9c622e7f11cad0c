import type { ReactNode } from "react";
import { Autocomplete, Dialog, DialogTrigger, Input, ListBox, ListBoxItem, Popover, SearchField, useFilter } from "react-aria-components";
import type { Room } from "../meeting/state";
import { roomStyle } from "../rooms/hue";
import { SearchIcon } from "../ui/icons";
import search from "../ui/Search.module.css";
import styles from "./Host.module.css";

interface Props {
  button: ReactNode;
  rooms: ReadonlyMap<string, Room>;
  onPick: (room: Room) => void;
}

/** A button that asks for a room, by the beginning of its name where there are many. */
export function RoomPicker({ button, rooms, onPick }: Props) {
  const { contains } = useFilter({ sensitivity: "base" });
  const sorted = [...rooms.values()].sort((a, b) => a.ordinal - b.ordinal);
  return (
    <DialogTrigger>
      {button}
      <Popover placement="top">
        <Dialog className={styles.picker ?? ""} aria-label="Choose a room">
          {({ close }) => (
            <Autocomplete filter={contains}>
              {/* eslint-disable-next-line jsx-a11y/no-autofocus -- it was opened to choose a room */}
              <SearchField className={search.search ?? ""} aria-label="Search rooms" autoFocus>
                <SearchIcon />
                <Input placeholder="Search rooms …" />
              </SearchField>
              <ListBox
                className={styles.rooms ?? ""}
                aria-label="Rooms"
                onAction={(id) => {
                  const room = rooms.get(String(id));
                  close();
                  if (room) onPick(room);
                }}
              >
                {sorted.map((room) => (
                  <ListBoxItem key={room.id} id={room.id} textValue={room.name} className={styles.room ?? ""} style={roomStyle(room.ordinal)}>
                    {room.name}
                  </ListBoxItem>
                ))}
              </ListBox>
            </Autocomplete>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
