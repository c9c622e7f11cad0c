import { useId, type ReactNode } from "react";
import styles from "./Field.module.css";

interface Labelled {
  label: string;
  /** What to know before filling it in. */
  hint?: string;
}

/** A line of text. */
export function TextLine({ label, hint, value, onChange, ...rest }: Labelled & { value: string; onChange: (value: string) => void; maxLength?: number; required?: boolean; placeholder?: string }) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => <input type="text" autoComplete="off" value={value} onChange={(event) => onChange(event.target.value)} {...ids} {...rest} />}
    </Field>
  );
}

/** Several lines of text. */
export function TextLines({ label, hint, value, onChange, rows = 4, ...rest }: Labelled & { value: string; onChange: (value: string) => void; rows?: number; maxLength?: number; placeholder?: string; spellCheck?: boolean }) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => <textarea rows={rows} value={value} onChange={(event) => onChange(event.target.value)} {...ids} {...rest} />}
    </Field>
  );
}

/** A whole number within bounds. */
export function Whole({ label, hint, value, onChange, min, max }: Labelled & { value: number; onChange: (value: number) => void; min: number; max: number }) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <input
          type="number"
          inputMode="numeric"
          min={min}
          max={max}
          value={Number.isNaN(value) ? "" : value}
          onChange={(event) => onChange(event.target.valueAsNumber)}
          required
          {...ids}
        />
      )}
    </Field>
  );
}

/** One of few. */
export function Choice<Value extends string>({ label, hint, value, onChange, of }: Labelled & { value: Value; onChange: (value: Value) => void; of: readonly (readonly [Value, string])[] }) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <select value={value} onChange={(event) => onChange(event.target.value as Value)} {...ids}>
          {of.map(([id, text]) => (
            <option key={id} value={id}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Yes or no. */
export function Tick({ label, hint, value, onChange }: Labelled & { value: boolean; onChange: (value: boolean) => void }) {
  const id = useId();
  return (
    <label className={styles.tick}>
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} aria-describedby={hint === undefined ? undefined : id} />
      <span>
        {label}
        {hint !== undefined && (
          <span id={id} className={styles.hint}>
            {hint}
          </span>
        )}
      </span>
    </label>
  );
}

function Field({ label, hint, children }: { label: string; hint: string | undefined; children: (ids: { id: string; "aria-describedby": string | undefined }) => ReactNode }) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": hint === undefined ? undefined : hintId })}
      {hint !== undefined && (
        <p id={hintId} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
