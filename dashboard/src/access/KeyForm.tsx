import { useState, type SyntheticEvent } from "react";
import { Button, FieldError, Form, Input, Label, TextField } from "react-aria-components";
import { Logo } from "../ui/icons";
import styles from "./KeyForm.module.css";

/** Asks for the API key, when there is none or the server refused it. */
export function KeyForm({ refused, onKey }: { refused: boolean; onKey: (key: string) => void }) {
  const [key, setKey] = useState("");
  const [complaint, setComplaint] = useState(refused);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (key.trim() !== "") onKey(key.trim());
  };
  return (
    <main className={styles.page}>
      <Form className={styles.card} onSubmit={submit}>
        <Logo />
        <h1>{refused ? "That key opens nothing here" : "Open Breakout"}</h1>
        <p>
          {refused
            ? "The server refused the API key: it may belong to another server, or have expired."
            : "This page reads meetings through the API, and needs an API key for it. The key stays in this tab."}
        </p>
        <TextField
          className={styles.field}
          type="password"
          autoComplete="off"
          value={key}
          isInvalid={complaint}
          onChange={(value) => {
            setKey(value);
            setComplaint(false);
          }}
        >
          <Label>API key</Label>
          {/* eslint-disable-next-line jsx-a11y/no-autofocus -- it is the only thing to do here */}
          <Input placeholder="bk_…" autoFocus spellCheck={false} />
          <FieldError>Give another key.</FieldError>
        </TextField>
        <Button type="submit" className={styles.submit} isDisabled={key.trim() === ""}>
          Open
        </Button>
        <p className={styles.hint}>
          <code>breakout serve</code> shows a key when it starts for the first time, and <code>breakout key</code> makes
          another one. A link such as <code>/#key=bk_…</code> opens the page at once.
        </p>
      </Form>
    </main>
  );
}
