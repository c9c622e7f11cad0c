package graph

//go:generate go -C .. tool gqlgen generate
//go:generate go run ./lean ../gen/gql/root_.generated.go
