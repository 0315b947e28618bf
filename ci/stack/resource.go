package stack

// Secret is a secret of the stack. Services mount it by name.
type Secret struct {
	Name string `json:"name"`
	// Exactly one of the three says where the value comes from: a file of the
	// project, a variable, or somewhere outside under the name External.
	File        string `json:"file,omitempty"`
	Environment string `json:"environment,omitempty"`
	External    string `json:"external,omitempty"`
	// Value is that of the variable Environment. Only Reveal writes it.
	Value string `json:"value,omitempty"`
}

// Config is a file that services mount by name.
type Config struct {
	Name string `json:"name"`
	// File is a file of the project; External is a name somewhere outside;
	// with neither of them Content is the text, even when it is empty.
	File     string `json:"file,omitempty"`
	External string `json:"external,omitempty"`
	Content  string `json:"content,omitempty"`
	// Sensitive is true when the text comes from a variable that looks secret.
	Sensitive bool `json:"sensitive,omitempty"`
}

// Volume is a named volume.
type Volume struct {
	// Name is what mounts refer to, Key the name outside of the file.
	Name     string `json:"name"`
	Key      string `json:"key"`
	External bool   `json:"external,omitempty"`
	// Services mount it: more than one share its content.
	Services []string `json:"services"`
}

// Network is a group of services. An engine has only one: Plan.Dropped says
// which separation is lost.
type Network struct {
	Name     string   `json:"name"`
	Internal bool     `json:"internal,omitempty"`
	External bool     `json:"external,omitempty"`
	Services []string `json:"services"`
}
