package recording

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// PathPrefix begins the path of every recording's address.
const PathPrefix = "/recordings/"

// LinkLife is how long the address of a recording can be used.
const LinkLife = time.Hour

// ErrBadLink says that the address of a recording is not one that was handed
// out, or was handed out too long ago.
var ErrBadLink = errors.New("the address of the recording is not valid or has expired; read it anew")

// Links hands out the addresses of recordings. An address can be played by
// whoever has it, as media players send no keys, and expires.
type Links struct {
	// Base is the server's own address, such as https://breakout.example.org.
	Base string
	// Key signs the addresses.
	Key []byte
	// Prefix begins the paths. Defaults to [PathPrefix].
	Prefix string
}

func (l Links) prefix() string { return cmp.Or(l.Prefix, PathPrefix) }

// To is the address of a file, from now on for [LinkLife].
func (l Links) To(file string) string {
	expires := strconv.FormatInt(time.Now().Add(LinkLife).Unix(), 10)
	query := url.Values{"expires": {expires}, "signature": {l.sign(file, expires)}}
	return l.Base + (&url.URL{Path: l.prefix() + file, RawQuery: query.Encode()}).String()
}

func (l Links) sign(file, expires string) string {
	mac := hmac.New(sha256.New, l.Key)
	fmt.Fprintf(mac, "%s%s\n%s", l.prefix(), file, expires)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Check reads the file's name from an address that was handed out, or fails with
// [ErrBadLink].
func (l Links) Check(r *http.Request) (file string, err error) {
	file, ok := strings.CutPrefix(r.URL.Path, l.prefix())
	expires := r.URL.Query().Get("expires")
	at, parseErr := strconv.ParseInt(expires, 10, 64)
	signature := l.sign(file, expires)
	if !ok || parseErr != nil || time.Now().Unix() > at || !hmac.Equal([]byte(signature), []byte(r.URL.Query().Get("signature"))) {
		return "", ErrBadLink
	}
	return file, nil
}

// ErrDeleted says that a recording was deleted.
var ErrDeleted = errors.New("the recording was deleted")

// Serve plays a file to whoever has its address, when prepare has seen to it that it
// is there and may be had. The error of prepare is ErrDeleted, or fs.ErrNotExist, or
// one after which it can be tried again.
func (s *Store) Serve(links Links, prepare func(ctx context.Context, name string) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, err := links.Check(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		switch err := prepare(r.Context(), name); {
		case errors.Is(err, ErrDeleted):
			http.Error(w, "The recording was deleted.", http.StatusGone)
			return
		case errors.Is(err, fs.ErrNotExist):
			http.Error(w, "There is no such recording.", http.StatusNotFound)
			return
		case err != nil:
			http.Error(w, "The recording can't be made ready; try again in a moment.", http.StatusServiceUnavailable)
			return
		}
		file, err := s.Open(name)
		if err != nil {
			http.Error(w, "The recording is not there any more.", http.StatusNotFound)
			return
		}
		defer func() { _ = file.Close() }() // it was only read
		info, err := file.Stat()
		if err != nil {
			http.Error(w, "The recording can't be read.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", ContentTypeOf(name))
		http.ServeContent(w, r, "", info.ModTime(), file)
	})
}
