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
	nested(t, db)
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

// nested runs a statement while the same one runs, in a transaction.
func nested(t *testing.T, db *sql.DB) {
	t.Helper()
	const all = "SELECT n FROM numbers WHERE n < ? ORDER BY n"
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	read := func(below int, each func(n int)) {
		t.Helper()
		rows, err := tx.QueryContext(t.Context(), all, below)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				t.Fatal(err)
			}
			each(n)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	seen := 0
	read(5, func(n int) {
		count := 0
		read(n, func(int) { count++ })
		if n != seen || count != n {
			t.Errorf("%d came where %d was due, and %d numbers are below it", n, seen, count)
		}
		seen++
	})
	if err := tx.Commit(); err != nil || seen != 5 {
		t.Errorf("%d numbers came: %v", seen, err)
	}
}
