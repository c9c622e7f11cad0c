import { useState } from "react";
import { Button, Dialog, DialogTrigger, Header, ListBox, ListBoxItem, ListBoxSection, Popover, type Selection } from "react-aria-components";
import type { EventType } from "../gql/documents";
import { CloseIcon } from "../ui/icons";
import { Search } from "../ui/Search";
import { count, words } from "../ui/words";
import styles from "./TypePicker.module.css";
import { eventSubjects, eventTypes } from "./types";

interface Props {
  /** What is chosen; nothing is all. */
  chosen: readonly EventType[];
  onChange: (chosen: EventType[]) => void;
}

/** Chooses types of events, of which there are many: by a search, several at a time. */
export function TypePicker({ chosen, onChange }: Props) {
  const [wanted, setWanted] = useState("");
  const fits = (type: EventType) => words(type).includes(wanted.trim().toLowerCase().replaceAll("_", " "));
  const shown = eventSubjects.map(([subject, types]) => [subject, types.filter(fits)] as const).filter(([, types]) => types.length > 0);
  const change = (selection: Selection) => onChange(selection === "all" ? [] : eventTypes.filter((type) => selection.has(type)));
  return (
    <DialogTrigger>
      <Button className={styles.button} data-chosen={chosen.length > 0 || undefined}>
        {chosen.length === 0 ? "All types" : chosen.length === 1 ? words(chosen[0] ?? "") : count(chosen.length, "type")}
      </Button>
      <Popover className={styles.popover} placement="bottom start">
        <Dialog aria-label="Types of events" className={styles.dialog}>
          {/* eslint-disable-next-line jsx-a11y/no-autofocus -- whoever opens it wants to choose */}
          <Search isHead autoFocus label="Search the types" hint="Search the types" value={wanted} onChange={setWanted} />
          <ListBox className={styles.list} aria-label="Types" selectionMode="multiple" escapeKeyBehavior="none" selectedKeys={chosen} onSelectionChange={change} renderEmptyState={() => <p className={styles.none}>No type is called that.</p>}>
            {shown.map(([subject, types]) => (
              <ListBoxSection key={subject}>
                <Header className={styles.subject}>{subject}</Header>
                {types.map((type) => (
                  <ListBoxItem key={type} id={type} textValue={words(type)} className={styles.item}>
                    {words(type)}
                  </ListBoxItem>
                ))}
              </ListBoxSection>
            ))}
          </ListBox>
          {chosen.length > 0 && (
            <Button className={styles.clear} onPress={() => onChange([])}>
              <CloseIcon size={12} /> All types
            </Button>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
