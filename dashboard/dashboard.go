// Package dashboard is the web page of the product, as built from the sources
// beside it. It speaks GraphQL only.
package dashboard

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed all:dist
var built embed.FS

//go:embed documents.json
var documents []byte

// Documents are all operations that the page asks for, by their SHA-256 in lower-case
// hex. The page names them by it (trusted documents,
// https://benjie.dev/graphql/trusted-documents).
func Documents() (map[string]string, error) {
	var byHash map[string]string
	if err := json.Unmarshal(documents, &byHash); err != nil {
		return nil, fmt.Errorf("read the page's documents: %w", err)
	}
	return byHash, nil
}

// contentSecurityPolicy lets the page load and call nothing but its own origin.
// Styles may stand in the page: its widgets place themselves with them.
const contentSecurityPolicy = "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; " +
	"worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'"

// Handler serves the page and what it is made of.
func Handler() (http.Handler, error) {
	files, err := fs.Sub(built, "dist")
	if err != nil {
		return nil, fmt.Errorf("open the built page: %w", err)
	}
	return secured(compressed(files, http.FileServerFS(files))), nil
}

// secured sets the headers that keep the page to itself.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentSecurityPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-cache")
		if strings.HasPrefix(r.URL.Path, "/assets/") { // their names change with their content
			header.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		if path.Ext(r.URL.Path) == "" && r.URL.Path != "/" {
			r.URL.Path += ".html" // a page's address has no extension
		}
		next.ServeHTTP(w, r)
	})
}
