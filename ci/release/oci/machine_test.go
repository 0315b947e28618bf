package oci

import (
	"debug/elf"
	"encoding/binary"
	"strings"
	"testing"
)

// program is the beginning of one.
func program(m elf.Machine, data elf.Data) string {
	head := make([]byte, 64)
	copy(head, elf.ELFMAG)
	head[elf.EI_DATA] = byte(data)
	order := binary.ByteOrder(binary.LittleEndian)
	if data == elf.ELFDATA2MSB {
		order = binary.BigEndian
	}
	order.PutUint16(head[18:], uint16(m))
	return string(head)
}

func TestCheckMachines(t *testing.T) {
	amd := program(elf.EM_X86_64, elf.ELFDATA2LSB)
	arm := program(elf.EM_AARCH64, elf.ELFDATA2LSB)
	for name, test := range map[string]struct {
		arch  string
		files []file
		want  string
	}{
		"right":                       {"arm64", []file{{name: "usr/bin/node", text: arm}, {name: "usr/bin/which", text: "#!/bin/sh\n"}}, ""},
		"another platform's":          {"arm64", []file{{name: "usr/bin/sh", text: amd}}, "/usr/bin/sh is a program for EM_X86_64, but the image is said to be for linux/arm64"},
		"only one of them":            {"arm64", []file{{name: "usr/bin/sh", text: arm}, {name: "./usr/local/bin/node", text: amd}}, "/usr/local/bin/node is a program for EM_X86_64"},
		"the other way":               {"amd64", []file{{name: "bin/sh", text: arm}}, "/bin/sh is a program for EM_AARCH64"},
		"32 bits of the same":         {"amd64", []file{{name: "usr/bin/wine", text: program(elf.EM_386, elf.ELFDATA2LSB)}}, ""},
		"prebuilt modules":            {"amd64", []file{{name: "app/node_modules/x/prebuilds/linux-arm64/x.node", text: arm}}, ""},
		"big end first":               {"s390x", []file{{name: "usr/bin/sh", text: program(elf.EM_S390, elf.ELFDATA2MSB)}}, ""},
		"architecture that is unsure": {"mips64le", []file{{name: "usr/bin/sh", text: amd}}, ""},
		"too short for a program":     {"arm64", []file{{name: "usr/bin/true", text: elf.ELFMAG}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := CheckMachines(platformImage(t, test.arch, commitTime, layerOf(t, test.files...)))
			if test.want == "" && err != nil {
				t.Error(err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

func TestCheckPlatforms(t *testing.T) {
	for text, good := range map[string]bool{
		"": true, "linux/amd64": true, "linux/amd64 linux/arm64": true, "linux/s390x": true, "linux/arm/v7": false, "linux/arm": false, "linux/arm64/v8": false,
		"linux/amd64 linux/amd64": false, "amd64": false, "linux": false, "windows/amd64": false, "linux/arm65": false, "linux/amd64/": false, "LINUX/amd64": false,
	} {
		if err := CheckPlatforms(strings.Fields(text)); (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
	}
}
