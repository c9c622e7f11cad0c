module github.com/breakoutrooms/breakout

go 1.26.4

require (
	github.com/pion/rtp v1.10.5
	pgregory.net/rapid v1.3.0
)

require (
	github.com/pion/randutil v0.1.0 // indirect
	github.com/stretchr/testify v1.12.1 // indirect
)
