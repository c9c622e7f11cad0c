package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/breakoutrooms/breakout/gen/ent"
	_ "github.com/breakoutrooms/breakout/gen/ent/runtime" // binds the schema's privacy rules
	_ "github.com/jackc/pgx/v5/stdlib"                    // the Postgres driver, "pgx"
	_ "modernc.org/sqlite"                                // the SQLite driver, "sqlite"
)

// readers is how many connections read a SQLite file at once; writes go one at
// a time through the journal.
const readers = 8

// migrating has one server of the process at a time bring its tables up to date: ent
// writes into its description of them meanwhile.
var migrating sync.Mutex //nolint:gochecknoglobals // what it guards is global

// OpenDatabase opens the database that the URL names and brings its tables up
// to date. "sqlite:PATH" is a file, which is made if need be; "postgres://…" is
// a server.
func OpenDatabase(ctx context.Context, address string) (*ent.Client, error) {
	driver, err := openDriver(address)
	if err != nil {
		return nil, err
	}
	client := ent.NewClient(ent.Driver(driver))
	migrating.Lock()
	err = client.Schema.Create(ctx)
	migrating.Unlock()
	if err != nil {
		_ = client.Close() // the first error is the one to tell
		return nil, fmt.Errorf("prepare the tables of %s: %w", redact(address), err)
	}
	return client, nil
}

func openDriver(address string) (dialect.Driver, error) {
	if path, isFile := strings.CutPrefix(address, "sqlite:"); isFile {
		return openSQLite(path)
	}
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		db, err := sql.Open("pgx", address)
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", redact(address), err)
		}
		return entsql.OpenDB(dialect.Postgres, db), nil
	}
	return nil, fmt.Errorf("the database %q has no scheme that is known; write sqlite:PATH or postgres://…", redact(address))
}

func openSQLite(path string) (dialect.Driver, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the database's folder: %w", err)
	}
	// SQLite says of a file only that it can't open it; the system says why.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("open the database's file: %w", err)
	}
	// Immediate transactions take the write lock at once: a deferred one that
	// turns from reading to writing fails with BUSY and is not retried.
	options := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"journal_mode(WAL)", "synchronous(NORMAL)", "busy_timeout(5000)", "foreign_keys(1)",
	}}
	writer, err := openPool(path, options, 1)
	if err != nil {
		return nil, err
	}
	reader, err := openPool(path, options, readers)
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	return oneWriter{reader, writer}, nil
}

func openPool(path string, options url.Values, connections int) (*entsql.Driver, error) {
	db, err := keepStatements("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + options.Encode())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return entsql.OpenDB(dialect.SQLite, db), nil
}

// oneWriter has one connection to SQLite for all transactions: whoever writes has the
// pages at hand that were written last, where each of several connections would have
// to read them anew.
type oneWriter struct {
	*entsql.Driver // of those that read

	writer *entsql.Driver
}

// Tx begins a transaction.
func (d oneWriter) Tx(ctx context.Context) (dialect.Tx, error) { return d.writer.Tx(ctx) }

// BeginTx begins a transaction with options.
func (d oneWriter) BeginTx(ctx context.Context, options *entsql.TxOptions) (dialect.Tx, error) {
	return d.writer.BeginTx(ctx, options)
}

// Close closes all connections.
func (d oneWriter) Close() error { return errors.Join(d.writer.Close(), d.Driver.Close()) }

// redact hides the password of a database's URL.
func redact(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "the database"
	}
	return parsed.Redacted()
}
