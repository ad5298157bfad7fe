// Sumdb-verify checks a transparency log on disk with Go's own implementation of signed notes and
// tiled trees, which shares no code with Affidavit, and writes logs with it for Affidavit to check.
//
//	sumdb-verify check DIR VKEY   checks the log that is exported to DIR, whose key is VKEY
//	sumdb-verify write DIR N      writes a log of N entries, and DIR/vkey, its key
//
// A good log is one line, "ok size=N root=HEX", and exit status 0; otherwise one line gives the
// reason and the status is 1. The layout is that of https://c2sp.org/tlog-tiles: it differs from
// that of Go's checksum database in its paths and in how entries are bundled, and in nothing else.
//
// It is built without a network from Debian's golang-go and golang-golang-x-mod-dev:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o sumdb-verify tools/sumdb-verify/*.go
package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height  = 8           // of a tile, in levels of the tree
	width   = 1 << height // of a full tile, in hashes
	samples = 16          // entries and sizes that are proven
)

func main() {
	message, err := run(os.Args[1:])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(message)
}

func run(args []string) (string, error) {
	if len(args) == 3 && args[0] == "check" {
		return check(args[1], args[2])
	}
	if len(args) == 3 && args[0] == "write" {
		size, err := strconv.ParseInt(args[2], 10, 64)
		if err != nil || size < 1 {
			return "", fmt.Errorf("not a number of entries: %s", args[2])
		}
		return write(args[1], size)
	}
	return "", fmt.Errorf("usage: sumdb-verify check DIR VKEY | sumdb-verify write DIR N")
}

// check verifies the whole log in dir and says what it found.
func check(dir, vkey string) (string, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return "", fmt.Errorf("key: %v", err)
	}
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return "", err
	}
	tree, err := signedTree(signed, verifier)
	if err != nil {
		return "", fmt.Errorf("checkpoint: %v", err)
	}
	if tree.N == 0 {
		return "", fmt.Errorf("the log is empty: there is nothing to check")
	}
	stored := new(hashes)
	for number := int64(0); number*width < tree.N; number++ {
		if err := stored.addBundle(dir, number, tree.N); err != nil {
			return "", err
		}
	}
	for _, step := range []func(string, tlog.Tree, *hashes) error{
		checkRoot, checkTiles, checkInclusion, checkConsistency,
	} {
		if err := step(dir, tree, stored); err != nil {
			return "", err
		}
	}
	if err := checkKept(dir, verifier, tree, stored); err != nil {
		return "", fmt.Errorf("checkpoints: %v", err)
	}
	return fmt.Sprintf("ok size=%d root=%x", tree.N, tree.Hash[:]), nil
}

// signedTree opens a checkpoint with the key and returns the tree that it states.
func signedTree(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	origin, rest, _ := strings.Cut(opened.Text, "\n")
	if origin != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("it is of %q, the key of %q", origin, verifier.Name())
	}
	// Go's parser knows one log only, by its first line.
	return tlog.ParseTree([]byte("go.sum database tree\n" + rest))
}

// checkKept checks every earlier checkpoint, where the export keeps them: each is of a tree that
// this one begins with. The file is a line "length N" and a note of N bytes, again and again.
func checkKept(dir string, verifier note.Verifier, tree tlog.Tree, stored *hashes) error {
	kept, err := os.ReadFile(filepath.Join(dir, "checkpoints"))
	if os.IsNotExist(err) {
		return nil
	}
	for len(kept) > 0 && err == nil {
		line, rest, found := bytes.Cut(kept, []byte("\n"))
		length, number := strconv.Atoi(strings.TrimPrefix(string(line), "length "))
		if number != nil || !found || length < 0 || length > len(rest) {
			return fmt.Errorf("not a length and as many bytes: %.40q", line)
		}
		err = checkOld(rest[:length], verifier, tree, stored)
		kept = rest[length:]
	}
	return err
}

// checkOld checks one earlier checkpoint.
func checkOld(signed []byte, verifier note.Verifier, tree tlog.Tree, stored *hashes) error {
	old, err := signedTree(signed, verifier)
	if err != nil {
		return err
	}
	if old.N == 0 && old.Hash == sha256.Sum256(nil) {
		return nil
	}
	if old.N > tree.N {
		return fmt.Errorf("one of size %d is newer than the checkpoint", old.N)
	}
	if root, err := tlog.TreeHash(old.N, stored); err != nil || root != old.Hash {
		return fmt.Errorf("the log does not begin with its tree of size %d", old.N)
	}
	return nil
}

// hashes are those of a tree in the order in which Go's package stores them.
type hashes []tlog.Hash

// ReadHashes returns the hashes at those places of the order.
func (stored *hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(*stored)) {
			return nil, fmt.Errorf("hash %d is not known yet", index)
		}
		found[i] = (*stored)[index]
	}
	return found, nil
}

// add appends what an entry adds to the tree that has n entries.
func (stored *hashes) add(n int64, entry []byte) error {
	more, err := tlog.StoredHashes(n, entry, stored)
	*stored = append(*stored, more...)
	return err
}

// addBundle appends what the entries of a bundle add to the tree.
func (stored *hashes) addBundle(dir string, number, size int64) error {
	path := bundlePath(number, size)
	entries, err := readBundle(filepath.Join(dir, path), widthOf(number, size))
	if err != nil {
		return fmt.Errorf("%s: %v", path, err)
	}
	for i, entry := range entries {
		if err := stored.add(number*width+int64(i), entry); err != nil {
			return err
		}
	}
	return nil
}

// readBundle returns the entries of a bundle, of which there must be count.
func readBundle(path string, count int) ([][]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(data[0])<<8+int(data[1]) {
			return nil, fmt.Errorf("it ends within an entry")
		}
		end := 2 + int(data[0])<<8 + int(data[1])
		entries, data = append(entries, data[2:end]), data[end:]
	}
	if len(entries) != count {
		return nil, fmt.Errorf("it has %d entries, not %d", len(entries), count)
	}
	return entries, nil
}

// widthOf returns how many of n nodes lie in tile number.
func widthOf(number, n int64) int {
	if left := n - number*width; left < width {
		return int(left)
	}
	return width
}

// tilePath returns the path of a tile in this layout, which leaves the height out.
func tilePath(tile tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
}

// bundlePath returns the path of a bundle of the log of that size.
func bundlePath(number, size int64) string {
	tile := tlog.Tile{H: height, L: 0, N: number, W: widthOf(number, size)}
	return "tile/entries/" + strings.TrimPrefix(tilePath(tile), "tile/0/")
}

// tilesOf returns the tiles of a tree, each partial one at its width there and no other.
func tilesOf(size int64) []tlog.Tile {
	var tiles []tlog.Tile
	for _, tile := range tlog.NewTiles(height, 0, size) {
		if tile.W == widthOf(tile.N, size>>(height*tile.L)) {
			tiles = append(tiles, tile)
		}
	}
	return tiles
}

// checkRoot recomputes the root from the entries, and again from the tiles.
func checkRoot(dir string, tree tlog.Tree, stored *hashes) error {
	if root, err := tlog.TreeHash(tree.N, stored); err != nil || root != tree.Hash {
		return fmt.Errorf("entries: their root is not the one that was signed")
	}
	root, err := tlog.TreeHash(tree.N, tlog.TileHashReader(tree, directory(dir)))
	if err != nil {
		return fmt.Errorf("tiles: %v", err)
	}
	if root != tree.Hash {
		return fmt.Errorf("tiles: their root is not the one that was signed")
	}
	return nil
}

// checkTiles compares every tile with what the entries make it.
func checkTiles(dir string, tree tlog.Tree, stored *hashes) error {
	for _, tile := range tilesOf(tree.N) {
		expected, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, tilePath(tile)))
		if err != nil {
			return err
		}
		if !bytes.Equal(data, expected) {
			return fmt.Errorf("%s: it is not what the entries make it", tilePath(tile))
		}
	}
	return nil
}

// checkInclusion proves entries to be in the tree, by the tiles alone.
func checkInclusion(dir string, tree tlog.Tree, stored *hashes) error {
	reader := tlog.TileHashReader(tree, directory(dir))
	for _, index := range spread(tree.N) {
		leaf, err := stored.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err == nil {
			err = tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf[0])
		}
		if err != nil {
			return fmt.Errorf("inclusion of entry %d: %v", index, err)
		}
	}
	return nil
}

// checkConsistency proves that the tree begins with smaller ones, by the tiles alone.
func checkConsistency(dir string, tree tlog.Tree, stored *hashes) error {
	reader := tlog.TileHashReader(tree, directory(dir))
	for _, last := range spread(tree.N) {
		old, err := tlog.TreeHash(last+1, stored)
		if err != nil {
			return err
		}
		proof, err := tlog.ProveTree(tree.N, last+1, reader)
		if err == nil {
			err = tlog.CheckTree(proof, tree.N, tree.Hash, last+1, old)
		}
		if err != nil {
			return fmt.Errorf("consistency with size %d: %v", last+1, err)
		}
	}
	return nil
}

// spread returns indexes below n from the first to the last, evenly.
func spread(n int64) []int64 {
	var indexes []int64
	for i := int64(0); i < samples; i++ {
		indexes = append(indexes, (n-1)/(samples-1)*i+(n-1)%(samples-1)*i/(samples-1))
	}
	return indexes
}

// directory is a log's export as a tlog.TileReader.
type directory string

// Height returns the height of the tiles.
func (dir directory) Height() int { return height }

// SaveTiles does nothing: there is no cache.
func (dir directory) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles returns the data of the tiles.
func (dir directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		read, err := os.ReadFile(filepath.Join(string(dir), tilePath(tile)))
		if err != nil {
			return nil, err
		}
		data[i] = read
	}
	return data, nil
}
