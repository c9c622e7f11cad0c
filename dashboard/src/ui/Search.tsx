import { Button, Input, SearchField } from "react-aria-components";
import { CloseIcon, SearchIcon } from "./icons";
import styles from "./Search.module.css";

/** Narrows down what is shown. */
export function Search({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <SearchField className={styles.search ?? ""} aria-label={label} value={value} onChange={onChange}>
      <SearchIcon />
      <Input placeholder={`${label} …`} />
      {value !== "" && (
        <Button aria-label="Show all">
          <CloseIcon size={14} />
        </Button>
      )}
    </SearchField>
  );
}
