package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "log.example/sumdb-verify"

// write makes a log of size entries in dir, under a new key.
func write(dir string, size int64) (string, error) {
	stored := new(hashes)
	for number := int64(0); number*width < size; number++ {
		if err := writeBundle(dir, number, size, stored); err != nil {
			return "", err
		}
	}
	for _, tile := range tilesOf(size) {
		data, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			return "", err
		}
		if err := put(dir, tilePath(tile), data); err != nil {
			return "", err
		}
	}
	root, err := tlog.TreeHash(size, stored)
	if err != nil {
		return "", err
	}
	if err := sign(dir, tlog.Tree{N: size, Hash: root}); err != nil {
		return "", err
	}
	return fmt.Sprintf("ok size=%d root=%x", size, root[:]), nil
}

// writeBundle writes a bundle and appends what its entries add to the tree.
func writeBundle(dir string, number, size int64, stored *hashes) error {
	var bundle bytes.Buffer
	for i := 0; i < widthOf(number, size); i++ {
		n := number*width + int64(i)
		entry := entryOf(n)
		if err := stored.add(n, entry); err != nil {
			return err
		}
		bundle.Write([]byte{byte(len(entry) >> 8), byte(len(entry))})
		bundle.Write(entry)
	}
	return put(dir, bundlePath(number, size), bundle.Bytes())
}

// entryOf returns entry n: of no byte, of the most that a bundle takes, and of a few in between.
func entryOf(n int64) []byte {
	switch n {
	case 1:
		return nil
	case 2:
		return bytes.Repeat([]byte{0xff}, 1<<16-1)
	}
	return []byte(fmt.Sprintf("entry %d\x00%s", n, bytes.Repeat([]byte{byte(n)}, int(n%300))))
}

// sign writes the checkpoint of the tree, and the key it can be checked with.
func sign(dir string, tree tlog.Tree) error {
	secret, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, tree.N, tree.Hash)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return err
	}
	if err := put(dir, "checkpoint", signed); err != nil {
		return err
	}
	return put(dir, "vkey", []byte(vkey+"\n"))
}

// put writes a file of the log.
func put(dir, path string, data []byte) error {
	place := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return err
	}
	return os.WriteFile(place, data, 0o644)
}
