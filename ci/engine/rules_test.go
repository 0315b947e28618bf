package engine

import "testing"

func TestWithoutEngineRules(t *testing.T) {
	tests := map[string]struct{ saved, want string }{
		"beside Docker": {
			saved: `*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [5:300]
:DOCKER - [0:0]
:CNI-3f7e - [0:0]
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A POSTROUTING -s 10.87.0.7/32 -m comment --comment "name: \"dagger\" id: \"x\"" -j CNI-3f7e
-A CNI-3f7e -d 10.87.0.0/16 -j ACCEPT
-A CNI-3f7e ! -d 224.0.0.0/4 -j MASQUERADE
COMMIT
*filter
:FORWARD DROP [0:0]
:CNI-ADMIN - [0:0]
:CNI-FORWARD - [0:0]
-A FORWARD -m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD
-A FORWARD -i dagger0 -j ACCEPT
-A FORWARD -i docker0 -j ACCEPT
-A CNI-FORWARD -m comment --comment "CNI firewall plugin admin overrides" -j CNI-ADMIN
-A CNI-FORWARD -s 10.87.0.7/32 -j ACCEPT
COMMIT
`,
			want: `*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [5:300]
:DOCKER - [0:0]
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -i docker0 -j ACCEPT
COMMIT
`,
		},
		// Podman and Kubernetes use the same plugins.
		"beside others of CNI": {
			saved: `*nat
:CNI-3f7e - [0:0]
:CNI-99aa - [0:0]
-A POSTROUTING -s 10.88.0.2/32 -m comment --comment "name: \"podman\" id: \"y\"" -j CNI-99aa
-A POSTROUTING -s 10.87.0.7/32 -m comment --comment "name: \"dagger\" id: \"x\"" -j CNI-3f7e
-A CNI-99aa -d 10.88.0.0/16 -j ACCEPT
-A CNI-3f7e ! -d 224.0.0.0/4 -j MASQUERADE
COMMIT
*filter
:CNI-ADMIN - [0:0]
:CNI-FORWARD - [0:0]
-A FORWARD -j CNI-FORWARD
-A CNI-FORWARD -j CNI-ADMIN
-A CNI-FORWARD -s 10.87.0.7/32 -j ACCEPT
-A CNI-FORWARD -s 10.88.0.2/32 -j ACCEPT
COMMIT
`,
			want: `*nat
:CNI-99aa - [0:0]
-A POSTROUTING -s 10.88.0.2/32 -m comment --comment "name: \"podman\" id: \"y\"" -j CNI-99aa
-A CNI-99aa -d 10.88.0.0/16 -j ACCEPT
COMMIT
*filter
:CNI-ADMIN - [0:0]
:CNI-FORWARD - [0:0]
-A FORWARD -j CNI-FORWARD
-A CNI-FORWARD -j CNI-ADMIN
-A CNI-FORWARD -s 10.88.0.2/32 -j ACCEPT
COMMIT
`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			kept, dropped := withoutEngineRules(test.saved)
			if kept != test.want || !dropped {
				t.Errorf("dropped %v, kept\n%s\nwant\n%s", dropped, kept, test.want)
			}
			if again, dropped := withoutEngineRules(kept); again != kept || dropped {
				t.Errorf("rules of others were touched:\n%s", again)
			}
		})
	}
}
