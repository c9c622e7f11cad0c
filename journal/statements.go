package journal

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxStatements bounds the prepared statements that a connection keeps.
const maxStatements = 200

// keepStatements opens a SQLite database whose connections keep the statements that
// they have prepared: the few that the product uses are parsed once for each
// connection, where database/sql would have each parsed whenever it is used, which
// is a fifth of a small transaction's time.
func keepStatements(address string) (*sql.DB, error) {
	plain, err := sql.Open("sqlite", address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = plain.Close() }() // it has opened nothing
	return sql.OpenDB(keeper{plain.Driver(), address}), nil
}

// keeper opens connections that keep statements.
type keeper struct {
	driver  driver.Driver
	address string
}

// Driver is SQLite's.
func (k keeper) Driver() driver.Driver { return k.driver }

// Connect opens a connection.
func (k keeper) Connect(context.Context) (driver.Conn, error) {
	opened, err := k.driver.Open(k.address)
	if err != nil {
		return nil, err
	}
	conn, ok := opened.(sqliteConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("SQLite's driver opens a %T, which can do less than it could", opened), opened.Close())
	}
	return &keepingConn{sqliteConn: conn, kept: make(map[string]statement)}, nil
}

// sqliteConn is what a connection of SQLite's driver can do.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// statement is what a prepared statement of SQLite's driver can do.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keepingConn is a connection that keeps its statements. database/sql lets one
// goroutine at a time use it.
type keepingConn struct {
	sqliteConn
	// kept are the statements that nobody uses just now, by their text.
	kept map[string]statement
}

// ExecContext runs a statement that returns no rows.
func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if !isKept(query) {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := s.ExecContext(ctx, args)
	return result, errors.Join(err, c.giveBack(query, s))
}

// QueryContext runs a statement that returns rows.
func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if !isKept(query) {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, c.giveBack(query, s))
	}
	return &keptRows{rows, func() error { return c.giveBack(query, s) }}, nil
}

// Close closes the connection and its statements.
func (c *keepingConn) Close() error {
	return errors.Join(c.forget(), c.sqliteConn.Close())
}

// isKept says whether a statement works anew whenever it is run: a pragma may do its
// work when it is prepared.
func isKept(query string) bool {
	verb, _, _ := strings.Cut(query, " ")
	switch verb {
	case "SELECT", "INSERT", "UPDATE", "DELETE":
		return true
	}
	return false
}

// take finds or prepares a statement. Until it is given back it is the caller's.
func (c *keepingConn) take(ctx context.Context, query string) (statement, error) {
	if s, ok := c.kept[query]; ok {
		delete(c.kept, query)
		return s, nil
	}
	prepared, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s, ok := prepared.(statement)
	if !ok {
		return nil, errors.Join(fmt.Errorf("SQLite's driver prepares a %T, which can do less than it could", prepared), prepared.Close())
	}
	return s, nil
}

// giveBack keeps a statement, unless there is one of the same text by now. When there
// are too many, as texts have as many places as what is asked for, all are let go.
func (c *keepingConn) giveBack(query string, s statement) error {
	if _, exists := c.kept[query]; exists {
		return s.Close()
	}
	var err error
	if len(c.kept) >= maxStatements {
		err = c.forget()
	}
	c.kept[query] = s
	return err
}

// forget closes the statements that are kept.
func (c *keepingConn) forget() (err error) {
	for query, s := range c.kept {
		err = errors.Join(err, s.Close())
		delete(c.kept, query)
	}
	return err
}

// keptRows give the statement back when they are closed.
type keptRows struct {
	driver.Rows
	giveBack func() error
}

// Close ends the rows.
func (r *keptRows) Close() error {
	if r.giveBack == nil {
		return nil
	}
	giveBack := r.giveBack
	r.giveBack = nil
	return errors.Join(r.Rows.Close(), giveBack())
}

var (
	_ driver.Connector      = keeper{}
	_ driver.ExecerContext  = (*keepingConn)(nil)
	_ driver.QueryerContext = (*keepingConn)(nil)
	_ io.Closer             = (*keptRows)(nil)
)
