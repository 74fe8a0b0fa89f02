/** Files about which sops and underseal part: what happens, why, and which they are. */
const GROUPS: readonly (readonly [says: string, why: string, names: readonly string[]])[] = [
  [
    "JSON_SYNTAX",
    "sops passes over what follows the object: it would stay in clear",
    [
      "github.com/aws/smithy-go@v1.27.4/transport/http/protocol/internal/json/testdata/test_parsing/n_object_trailing_comment.json",
      "github.com/aws/smithy-go@v1.27.4/transport/http/protocol/internal/json/testdata/test_parsing/n_object_trailing_comment_open.json",
      "github.com/aws/smithy-go@v1.27.4/transport/http/protocol/internal/json/testdata/test_parsing/n_object_trailing_comment_slash_open.json",
      "github.com/aws/smithy-go@v1.27.4/transport/http/protocol/internal/json/testdata/test_parsing/n_object_trailing_comment_slash_open_incomplete.json",
      "github.com/aws/smithy-go@v1.27.4/transport/http/protocol/internal/json/testdata/test_parsing/n_object_with_trailing_garbage.json",
      "github.com/aws/smithy-go@v1.27.4/transport/http/protocol/internal/json/testdata/test_parsing/n_structure_object_followed_by_closing_object.json",
      "github.com/aws/smithy-go@v1.27.4/transport/http/protocol/internal/json/testdata/test_parsing/n_structure_object_with_trailing_garbage.json",
      "github.com/aws/smithy-go@v1.27.4/transport/http/protocol/internal/json/testdata/test_parsing/n_structure_trailing_#.json",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/document-start-on-last-line/in.json",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/spec-example-2-28-log-file/in.json",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/spec-example-2-8-play-by-play-feed-from-a-game/in.json",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/spec-example-9-4-explicit-documents/in.json",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/spec-example-9-6-stream-1-3/in.json",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/tags-for-root-objects/in.json",
      "github.com/projectdiscovery/nuclei/v3@v3.3.9/pkg/input/formats/testdata/ginandjuice.proxify.json",
    ],
  ],
  [
    "JSON_SYNTAX",
    "no JSON: Go's reader of single tokens does not ask for every colon and value",
    [
      "github.com/aws/smithy-go@v1.27.4/transport/http/protocol/internal/json/testdata/test_parsing/n_object_missing_value.json",
      "github.com/aws/smithy-go@v1.27.4/transport/http/protocol/internal/json/testdata/test_parsing/n_object_no-colon.json",
      "github.com/aws/smithy-go@v1.27.4/transport/http/protocol/internal/json/testdata/test_parsing/n_structure_object_unclosed_no_value.json",
    ],
  ],
  [
    "VALUE_UNSUPPORTED",
    "half a surrogate pair, which sops replaces",
    [
      "github.com/aws/smithy-go@v1.27.4/transport/http/protocol/internal/json/testdata/test_parsing/i_object_key_lone_2nd_surrogate.json",
    ],
  ],
  [
    "ENCODING_INVALID",
    "UTF-16, of which sops makes garbage",
    [
      "github.com/subosito/gotenv@v1.6.0/fixtures/utf16be_bom.env",
      "gopkg.in/ini.v1@v1.67.3/testdata/UTF-16-LE-BOM.ini",
    ],
  ],
  [
    "YAML_SYNTAX",
    "`yaml` does not read it: a bracket closed, or a block begun, further out than go-yaml minds; # without a blank; \\'",
    [
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/anchors-in-mapping/in.yaml",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/block-scalar-with-more-spaces-than-first-content-line/in.yaml",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/comment-without-whitespace-after-block-scalar-indicator/in.yaml",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/comment-without-whitespace-after-doublequoted-scalar/in.yaml",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/double-quoted-scalar-with-escaped-single-quote/in.yaml",
      "go.mongodb.org/mongo-driver@v1.17.9/testdata/client-side-encryption/legacy/fle2v2-CreateCollection.yml",
    ],
  ],
  [
    "YAML_UNSUPPORTED",
    "go-yaml reads another file than `yaml` does: odd anchors, directives, keys in braces, aliases as keys; a lone CR",
    [
      "github.com/goccy/go-yaml@v1.19.2/parser/testdata/cr.yml",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/aliases-in-implicit-block-mapping/in.yaml",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/aliases-in-implicit-block-mapping/out.yaml",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/anchor-with-colon-in-the-middle/in.yaml",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/anchor-with-colon-in-the-middle/out.yaml",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/directive-variants/00/in.yaml",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/flow-mapping-separate-values/in.yaml",
      "github.com/goccy/go-yaml@v1.19.2/testdata/yaml-test-suite/question-mark-at-start-of-flow-key/in.yaml",
    ],
  ],
  [
    "values differ",
    "sops makes an item of the empty comments in a list; ours stay comments",
    [
      "github.com/anchore/syft@v1.20.0/syft/pkg/cataloger/binary/test-fixtures/config.yaml",
      "go.mongodb.org/mongo-driver@v1.17.9/testdata/client-side-operations-timeout/global-timeoutMS.yml",
      "go.mongodb.org/mongo-driver@v1.17.9/testdata/client-side-operations-timeout/override-operation-timeoutMS.yml",
      "go.mongodb.org/mongo-driver@v1.17.9/testdata/client-side-operations-timeout/retryability-legacy-timeouts.yml",
      "go.mongodb.org/mongo-driver@v1.17.9/testdata/client-side-operations-timeout/retryability-timeoutMS.yml",
    ],
  ],
];

/** What is said of a file, and why, by its name. */
export const EXCEPTIONS: ReadonlyMap<string, readonly [says: string, why: string]> = new Map(
  GROUPS.flatMap(([says, why, names]) => names.map((name) => [name, [says, why]] as const)),
);
