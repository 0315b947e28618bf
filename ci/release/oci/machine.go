package oci

import (
	"archive/tar"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// machines are the processors that a program of an architecture may be made
// for; of architectures that are not here, nothing is said.
var machines = map[string][]elf.Machine{
	"386":     {elf.EM_386},
	"amd64":   {elf.EM_X86_64, elf.EM_386},
	"arm":     {elf.EM_ARM},
	"arm64":   {elf.EM_AARCH64, elf.EM_ARM},
	"ppc64le": {elf.EM_PPC64},
	"riscv64": {elf.EM_RISCV},
	"s390x":   {elf.EM_S390},
}

// programFolders are where an image has what it runs. Elsewhere there may be
// programs for other machines on purpose, such as the prebuilt modules of a
// package.
var programFolders = map[string]bool{
	"bin": true, "sbin": true, "usr/bin": true, "usr/sbin": true, "usr/local/bin": true, "usr/local/sbin": true,
}

// CheckMachines makes sure that the programs in an image are made for the
// platform that it names. A registry without that platform may give another's
// image under the same name, and a builder then labels it as it was asked to.
func CheckMachines(i *Image) error {
	for _, img := range i.Platforms {
		if err := checkMachine(img); err != nil {
			return err
		}
	}
	return nil
}

func checkMachine(img v1.Image) error {
	config, err := img.ConfigFile()
	if err != nil {
		return err
	}
	wanted := machines[config.Architecture]
	if wanted == nil {
		return nil
	}
	layers, err := img.Layers()
	if err != nil {
		return err
	}
	for n, layer := range layers {
		if err := checkPrograms(layer, config.Platform().String(), wanted); err != nil {
			return fmt.Errorf("layer %d: %w", n+1, err)
		}
	}
	return nil
}

func checkPrograms(layer v1.Layer, platform string, wanted []elf.Machine) error {
	source, err := layer.Uncompressed()
	if err != nil {
		return err
	}
	defer source.Close()
	archive := tar.NewReader(source)
	for {
		h, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return errors.New("it is no tar archive, or it is cut off")
		}
		name := path.Clean("/" + h.Name)[1:]
		if h.Typeflag != tar.TypeReg || !programFolders[path.Dir(name)] {
			continue
		}
		have, ok := machineOf(archive)
		if !ok {
			continue
		}
		fits := false
		for _, m := range wanted {
			fits = fits || have == m
		}
		if !fits {
			return fmt.Errorf("/%s is a program for %s, but the image is said to be for %s: do its base images offer that platform?", name, have, platform)
		}
	}
}

// machineOf reads the beginning of a program; scripts are none.
func machineOf(r io.Reader) (elf.Machine, bool) {
	var head [20]byte
	if _, err := io.ReadFull(r, head[:]); err != nil || string(head[:4]) != elf.ELFMAG {
		return 0, false
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if elf.Data(head[elf.EI_DATA]) == elf.ELFDATA2MSB {
		order = binary.BigEndian
	}
	return elf.Machine(order.Uint16(head[18:])), true
}

// CheckPlatforms says what is wrong with platforms that a caller asks for.
// Variants of a processor are refused, and so is 32-bit ARM, which has them: the
// pinned images have none.
func CheckPlatforms(platforms []string) error {
	seen := map[string]bool{}
	for _, text := range platforms {
		p, err := v1.ParsePlatform(text)
		if err != nil || p.OS != "linux" || machines[p.Architecture] == nil || p.String() != text {
			return fmt.Errorf("platform %q: write it as linux/amd64 or linux/arm64", text)
		}
		if p.Variant != "" || p.Architecture == "arm" {
			return fmt.Errorf("platform %s: images are not built for it: take linux/amd64 or linux/arm64", text)
		}
		if seen[text] {
			return fmt.Errorf("platform %s: it is named twice", text)
		}
		seen[text] = true
	}
	return nil
}
