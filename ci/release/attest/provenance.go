package attest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Provenance says what an image was built from and by whom. It has no times:
// the same build says the same.
type Provenance struct {
	// Source is the URL of the repository.
	Source string `json:"source,omitempty"`
	// Commit is its full hash.
	Commit string `json:"commit,omitempty"`
	// Builder is the URL of what ran the build, such as a workflow's.
	Builder string `json:"builder,omitempty"`
	// Invocation is the URL of the run, if it has one.
	Invocation string `json:"invocation,omitempty"`
	// Inputs are the arguments of the build. Secrets are named, never given.
	Inputs map[string]string `json:"inputs,omitempty"`
	// Materials are base images and other things that went in: reference to
	// digest, "sha256:…".
	Materials map[string]string `json:"materials,omitempty"`
}

// buildType names the form of the inputs.
const buildType = "https://github.com/octocode/octocode-ci/release/v1"

type slsa struct {
	BuildDefinition struct {
		BuildType            string            `json:"buildType"`
		ExternalParameters   map[string]string `json:"externalParameters"`
		ResolvedDependencies []Resource        `json:"resolvedDependencies"`
	} `json:"buildDefinition"`
	RunDetails struct {
		Builder struct {
			ID string `json:"id"`
		} `json:"builder"`
		Metadata *struct {
			InvocationID string `json:"invocationId"`
		} `json:"metadata,omitempty"`
	} `json:"runDetails"`
}

// Check finds what is missing.
func (p Provenance) Check() error {
	if p.Source == "" || p.Commit == "" || p.Builder == "" {
		return errors.New("provenance: source, commit and builder are needed")
	}
	return nil
}

// Statement is the provenance of the image of a digest.
func (p Provenance) Statement(image, digest string) (*Statement, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	var s slsa
	s.BuildDefinition.BuildType = buildType
	s.BuildDefinition.ExternalParameters = map[string]string{"source": p.Source, "commit": p.Commit}
	maps.Copy(s.BuildDefinition.ExternalParameters, p.Inputs)
	s.BuildDefinition.ResolvedDependencies = []Resource{{
		URI: gitURI(p.Source) + "@" + p.Commit, Digest: map[string]string{"gitCommit": p.Commit},
	}}
	for _, uri := range slices.Sorted(maps.Keys(p.Materials)) {
		sums, err := digestSet(p.Materials[uri])
		if err != nil {
			return nil, fmt.Errorf("material %s: %w", uri, err)
		}
		s.BuildDefinition.ResolvedDependencies = append(s.BuildDefinition.ResolvedDependencies, Resource{URI: uri, Digest: sums})
	}
	s.RunDetails.Builder.ID = p.Builder
	if p.Invocation != "" {
		s.RunDetails.Metadata = &struct {
			InvocationID string `json:"invocationId"`
		}{p.Invocation}
	}
	return NewStatement(image, digest, SLSA, s)
}

// gitURI is a repository as SPDX writes it.
func gitURI(source string) string {
	if strings.HasPrefix(source, "git+") {
		return source
	}
	return "git+" + source
}

// provenanceOf reads what a statement says.
func provenanceOf(s *Statement) (Provenance, error) {
	var read slsa
	if err := json.Unmarshal(s.Predicate, &read); err != nil {
		return Provenance{}, errors.New("it is no SLSA provenance")
	}
	inputs := read.BuildDefinition.ExternalParameters
	p := Provenance{Source: inputs["source"], Commit: inputs["commit"], Builder: read.RunDetails.Builder.ID}
	if p.Source == "" || p.Commit == "" || p.Builder == "" {
		return p, errors.New("it names no source, commit or builder")
	}
	return p, nil
}
