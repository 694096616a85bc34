/**
 * The whole of what PowerShell is told to do. What it is given comes as JSON through its input and is `$given` in the body;
 * nothing is ever put into the text. What the body gives goes out as JSON; so does an error. Bytes are read and
 * written as UTF-8, whatever the host's code page is.
 */
export function scriptText(body: string): string {
  return [
    "$ErrorActionPreference = 'Stop'",
    "$ProgressPreference = 'SilentlyContinue'",
    "$utf8 = New-Object Text.UTF8Encoding $false",
    "function Tell($what) {",
    "  $bytes = $utf8.GetBytes((ConvertTo-Json -InputObject $what -Compress -Depth 8))",
    "  $stream = [Console]::OpenStandardOutput()",
    "  $stream.Write($bytes, 0, $bytes.Length)",
    "  $stream.Flush()",
    "}",
    "try {",
    "  $reader = New-Object IO.StreamReader ([Console]::OpenStandardInput()), $utf8",
    "  $given = ConvertFrom-Json -InputObject $reader.ReadToEnd()",
    `  $output = @(& {\n${body}\n  })`,
    "  Tell @{ Ok = $true; Output = $output }",
    "} catch {",
    "  Tell @{ Ok = $false; Error = $_.Exception.Message; Id = $_.FullyQualifiedErrorId }",
    "  exit 1",
    "}",
  ].join("\n");
}

/** Arguments with which PowerShell runs a script: base64 of UTF-16, which no quoting can change. */
export const scriptArguments = (script: string): readonly string[] => [
  "-NoProfile",
  "-NonInteractive",
  "-EncodedCommand",
  Buffer.from(script, "utf16le").toString("base64"),
];
