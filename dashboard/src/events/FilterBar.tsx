import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from "react-aria-components";
import type { Meeting } from "../meeting/state";
import { ChevronIcon } from "../ui/icons";
import { Search } from "../ui/Search";
import styles from "./FilterBar.module.css";
import { isEmpty, type Filter } from "./filter";
import { TypePicker } from "./TypePicker";

interface Props {
  meeting: Meeting;
  filter: Filter;
  onChange: (filter: Filter) => void;
}

/** Says which events are shown: of which types, in which room, of whom, and what they say. */
export function FilterBar({ meeting, filter, onChange }: Props) {
  const rooms = [...meeting.rooms.values()].sort((a, b) => a.ordinal - b.ordinal);
  const people = [...meeting.participants.values()].sort((a, b) => a.number - b.number);
  return (
    <div className={styles.bar} role="search" aria-label="Events">
      <Search label="Filter the events by text" hint="A name, a room, #12 …" clear="Any text" value={filter.text} onChange={(text) => onChange({ ...filter, text })} />
      <TypePicker chosen={filter.types} onChange={(types) => onChange({ ...filter, types })} />
      <Choice label="Room" all="All rooms" items={rooms} chosen={filter.room} onChange={(room) => onChange({ ...filter, room })} />
      <Choice label="Who" all="Everybody" items={people} chosen={filter.who} onChange={(who) => onChange({ ...filter, who })} />
      {!isEmpty(filter) && (
        <Button className={styles.clear} onPress={() => onChange({ types: [], room: null, who: null, text: "" })}>
          Show all
        </Button>
      )}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  all: string;
  items: readonly { id: string; name: string }[];
  chosen: string | null;
  onChange: (id: string | null) => void;
}

const everything = "*";

/** One of some things, or all of them. */
function Choice({ label, all, items, chosen, onChange }: ChoiceProps) {
  return (
    <Select aria-label={label} value={chosen ?? everything} onChange={(key) => onChange(key === everything || key === null ? null : String(key))}>
      <Button className={styles.choice} data-chosen={chosen !== null || undefined}>
        <SelectValue />
        <ChevronIcon size={12} />
      </Button>
      <Popover className={styles.popover}>
        <ListBox className={styles.list} items={[{ id: everything, name: all }, ...items]}>
          {({ name }) => (
            <ListBoxItem className={styles.item} textValue={name}>
              {name}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
