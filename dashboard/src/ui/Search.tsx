import { Button, Input, SearchField } from "react-aria-components";
import { CloseIcon, SearchIcon } from "./icons";
import styles from "./Search.module.css";

interface Props {
  /** What is searched, for those who hear the page. */
  label: string;
  /** What stands there while nothing is wanted. */
  hint?: string;
  /** What the button says that ends the search. */
  clear?: string;
  value: string;
  onChange: (value: string) => void;
  /** Whether it is the first line of a list, instead of standing by itself. */
  isHead?: boolean;
  autoFocus?: boolean;
}

/** Narrows down what is shown. */
export function Search({ label, hint = `${label} …`, clear = "Show all", value, onChange, isHead = false, autoFocus = false }: Props) {
  return (
    // eslint-disable-next-line jsx-a11y/no-autofocus -- where it is asked for, whoever opened the search wants to type
    <SearchField className={styles.search ?? ""} data-head={isHead || undefined} aria-label={label} value={value} onChange={onChange} autoFocus={autoFocus}>
      <SearchIcon />
      <Input placeholder={hint} />
      {value !== "" && (
        <Button aria-label={clear}>
          <CloseIcon size={14} />
        </Button>
      )}
    </SearchField>
  );
}
