package dashboard

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

// compressedTypes are the media types of what is worth compressing.
var compressedTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
}

// compressed serves scripts and styles compressed, to those who understand it,
// and leaves everything else to next. A file is compressed when it is first
// asked for, and kept: there are few, and they never change.
func compressed(files fs.FS, next http.Handler) http.Handler {
	var kept sync.Map // the path of a file to its compressed bytes
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		contentType, compresses := compressedTypes[path.Ext(name)]
		if !compresses || r.Method != http.MethodGet || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Vary", "Accept-Encoding")
		small, found := kept.Load(name)
		if !found {
			data, err := fs.ReadFile(files, name)
			if err != nil {
				next.ServeHTTP(w, r) // knows how to say that it is not there
				return
			}
			small, _ = kept.LoadOrStore(name, compress(data))
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Content-Encoding", "gzip")
		page, _ := small.([]byte) // nothing else is kept
		_, _ = w.Write(page)      // who hung up needs no answer
	})
}

func compress(data []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(data) // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}
