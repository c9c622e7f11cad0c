package journal

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
)

// TestStatementsAreKeptAndUsedAgain uses the same statements one in another, again
// and again, with texts without end, and after the tables have changed.
func TestStatementsAreKeptAndUsedAgain(t *testing.T) {
	db, err := keepStatements("file:" + filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	db.SetMaxOpenConns(1)
	do := func(query string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	do("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
	for n := range 3 * maxStatements {
		do("INSERT INTO numbers (n) VALUES (?)", n)
		do(fmt.Sprintf("UPDATE numbers SET n = n WHERE n = %d", n))
	}
	if _, err := db.ExecContext(t.Context(), "INSERT INTO numbers (n) VALUES (?)", 1); err == nil {
		t.Error("the same number twice was taken")
	}
	const all = "SELECT n FROM numbers WHERE n < ? ORDER BY n"
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	outer, err := tx.QueryContext(t.Context(), all, 5)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for outer.Next() {
		var n, count int
		if err := outer.Scan(&n); err != nil || n != seen {
			t.Fatalf("%d came where %d was due: %v", n, seen, err)
		}
		seen++
		inner, err := tx.QueryContext(t.Context(), all, n) // the same statement, while it runs
		if err != nil {
			t.Fatal(err)
		}
		for inner.Next() {
			count++
		}
		if err := inner.Err(); err != nil || count != n {
			t.Errorf("%d numbers are below %d: %v", count, n, err)
		}
		_ = inner.Close()
	}
	if err := outer.Err(); err != nil || seen != 5 {
		t.Errorf("%d numbers came: %v", seen, err)
	}
	_ = outer.Close()
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	do("ALTER TABLE numbers ADD COLUMN name TEXT NOT NULL DEFAULT 'none'")
	do("INSERT INTO numbers (n) VALUES (?)", -1)
	var name string
	if err := db.QueryRowContext(t.Context(), "SELECT name FROM numbers WHERE n = ?", -1).Scan(&name); err != nil || name != "none" {
		t.Errorf("the new column holds %q: %v", name, err)
	}
	if err := db.QueryRowContext(t.Context(), "SELECT n FROM numbers WHERE n = ?", -7).Scan(&name); err != sql.ErrNoRows {
		t.Errorf("what is not there gives %v", err)
	}
}
