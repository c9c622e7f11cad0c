import type { ReactNode } from "react";
import { Menu as List, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import styles from "./Menu.module.css";

/** One thing that can be done. */
export interface Act {
  id: string;
  text: string;
  detail?: string;
  danger?: boolean;
  run: () => void;
}

/** A button that shows what can be done. */
export function Menu({ button, label, acts }: { button: ReactNode; label: string; acts: readonly Act[] }) {
  return (
    <MenuTrigger>
      {button}
      <Popover className={styles.popover ?? ""} placement="bottom start">
        <List className={styles.list ?? ""} aria-label={label} onAction={(id) => acts.find((act) => act.id === id)?.run()}>
          {acts.map(({ id, text, detail, danger }) => (
            <MenuItem key={id} id={id} textValue={text} className={styles.item ?? ""} data-danger={danger ?? undefined}>
              <span>{text}</span>
              {detail !== undefined && <small>{detail}</small>}
            </MenuItem>
          ))}
        </List>
      </Popover>
    </MenuTrigger>
  );
}
