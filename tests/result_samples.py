"""Reports of tests, coverage and scanners, and statements, as their tools write them."""

from __future__ import annotations

import base64
import json

from affidavit.sources.results.reading import Source

COMMIT = "1" * 40
TREE = "2" * 40
ARTIFACT = "a" * 64
PYTEST = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="2" \
tests="5" time="0.041" timestamp="2026-11-21T12:00:00.000000+00:00" hostname="runner">
<testcase classname="tests.test_pay" name="test_pays" time="0.001" />
<testcase classname="tests.test_pay" name="test_refunds" time="0.001">\
<failure message="assert 1 == 2">def test_refunds(): assert 1 == 2</failure></testcase>
<testcase classname="tests.test_pay" name="test_db" time="0.001">\
<error message="failed on setup with &quot;E&quot;">E</error></testcase>
<testcase classname="tests.test_pay" name="test_old" time="0.000">\
<skipped type="pytest.skip" message="old">old</skipped></testcase>
<testcase classname="tests.test_pay" name="test_known" time="0.000">\
<skipped type="pytest.xfail" message="known" /></testcase></testsuite></testsuites>
"""
SUREFIRE = b"""<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:noNamespaceSchemaLocation="https://maven.apache.org/surefire.xsd" version="3.0" \
name="com.example.PayTest" time="0.1" tests="3" errors="0" skipped="0" failures="1">
  <properties><property name="user.name" value="alice"/></properties>
  <testcase name="pays" classname="com.example.PayTest" time="0.1"/>
  <testcase name="flaky" classname="com.example.PayTest" time="0.1">
    <flakyFailure message="late" type="E"><stackTrace>E</stackTrace></flakyFailure>
  </testcase>
  <testcase name="refunds" classname="com.example.PayTest" time="0.1">
    <failure message="no" type="E">E</failure>
    <rerunFailure message="no" type="E"><stackTrace>E</stackTrace></rerunFailure>
  </testcase>
</testsuite>
"""
JEST = b"""<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="3" failures="1" errors="0" time="1.2">
  <testsuite name="pay" errors="0" failures="1" skipped="1" timestamp="2026-11-21T12:00:00" \
time="1" tests="3">
    <testcase classname="pay pays" name="pay pays" time="0.01"></testcase>
    <testcase classname="pay refunds" name="pay refunds" time="0.01">
      <failure>Error: expected 2</failure></testcase>
    <testcase classname="pay later" name="pay later" time="0"><skipped/></testcase>
  </testsuite>
</testsuites>
"""
GO_JUNIT = b"""<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" skipped="1">
	<testsuite name="example.com/pay" tests="2" failures="0" errors="0" id="0" hostname="runner" \
skipped="1" time="0.005" timestamp="2026-11-21T12:00:00Z">
		<properties><property name="go.version" value="go1.24"></property></properties>
		<testcase name="TestPay" classname="example.com/pay" time="0.000"></testcase>
		<testcase name="TestLater" classname="example.com/pay" time="0.000">
			<skipped message="later"></skipped>
		</testcase>
		<system-out><![CDATA[ok]]></system-out>
	</testsuite>
</testsuites>
"""
GOOGLETEST = b"""<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" disabled="1" errors="0" name="AllTests">
  <testsuite name="Pay" tests="3" failures="1" disabled="1" skipped="0" errors="0">
    <testcase name="Pays" status="run" result="completed" classname="Pay" />
    <testcase name="DISABLED_Old" status="notrun" result="suppressed" classname="Pay" />
    <testcase name="Refunds" status="run" result="completed" classname="Pay">
      <failure message="one" type=""></failure>
      <failure message="two" type=""></failure>
    </testcase>
  </testsuite>
</testsuites>
"""
PHPUNIT = b"""<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="all" tests="2" assertions="2" errors="0" failures="0" skipped="0">
    <testsuite name="Unit" tests="2" assertions="2" errors="0" failures="0" skipped="0">
      <testsuite name="PayTest" tests="2" assertions="2" errors="0" failures="0" skipped="0">
        <testcase name="testPays"/><testcase name="testRefunds"/>
      </testsuite>
    </testsuite>
  </testsuite>
</testsuites>
"""
COVERAGE_PY = b"""<?xml version="1.0" ?>
<coverage version="7.17.3" timestamp="1795262400000" lines-valid="4" lines-covered="3" \
line-rate="0.75" branches-covered="1" branches-valid="2" branch-rate="0.5" complexity="0">
	<sources><source>/home/alice/pay</source></sources>
	<packages>
		<package name="." line-rate="0.75" branch-rate="0.5" complexity="0">
			<classes>
				<class name="pay.py" filename="pay.py" complexity="0" line-rate="0.75">
					<methods/>
					<lines>
						<line number="1" hits="1"/>
						<line number="2" hits="1" branch="true" condition-coverage="50% (1/2)" \
missing-branches="4"/>
						<line number="3" hits="1"/>
						<line number="4" hits="0"/>
					</lines>
				</class>
			</classes>
		</package>
	</packages>
</coverage>
"""
GCOVR = b"""<?xml version='1.0' encoding='UTF-8'?>
<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>
<coverage line-rate="0.5" lines-covered="1" lines-valid="2" version="gcovr 8.3">
  <packages><package name="src"><classes><class name="pay_c" filename="src/pay.c">
    <methods><method name="pay" signature="()"><lines><line number="3" hits="7"/></lines></method>
    </methods>
    <lines><line number="3" hits="7" branch="false"/><line number="4" hits="0" branch="false"/>
    </lines></class></classes></package></packages>
</coverage>
"""
LCOV = b"""TN:
SF:/home/alice/pay/pay.js
FN:1,pay
FNDA:2,pay
FNF:1
FNH:1
BRDA:2,0,0,2
BRDA:2,0,1,-
BRF:2
BRH:1
DA:1,2
DA:2,2
DA:3,0
LF:3
LH:2
end_of_record
SF:/home/alice/pay/other.js
DA:1,0
LF:1
LH:0
end_of_record
"""


def sarif(*results: object, **run: object) -> dict[str, object]:
    """A log of one successful run with `results`, and with what else the run has."""
    rules = [
        {
            "id": "py/sql-injection",
            "defaultConfiguration": {"level": "error"},
            "properties": {"security-severity": "8.8", "tags": ["security"]},
        },
        {"id": "py/unused", "properties": {"security-severity": "0.0"}},
    ]
    whole: dict[str, object] = {
        "tool": {"driver": {"name": "CodeQL", "semanticVersion": "2.20.1", "rules": rules}},
        "invocations": [{"executionSuccessful": True}],
        "results": list(results),
        **run,
    }
    return {"$schema": "https://json.schemastore.org/sarif", "version": "2.1.0", "runs": [whole]}


def finding(rule: str = "py/sql-injection", **rest: object) -> dict[str, object]:
    """A result of `rule`, with what else it has."""
    place = {"physicalLocation": {"artifactLocation": {"uri": "src/alice.py"}}}
    return {"ruleId": rule, "message": {"text": "of Alice"}, "locations": [place], **rest}


def slsa_1(commit: str = COMMIT) -> dict[str, object]:
    """A statement with SLSA provenance v1 of one artifact built from `commit`."""
    source = {"uri": "git+https://github.com/alice/pay@refs/heads/main"}
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "pay.whl", "digest": {"sha256": ARTIFACT}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://actions.github.io/buildtypes/workflow/v1",
                "externalParameters": {"workflow": {"path": ".github/workflows/x.yml"}},
                "resolvedDependencies": [{**source, "digest": {"gitCommit": commit}}],
            },
            "runDetails": {
                "builder": {"id": "https://github.com/alice/pay/.github/workflows/x.yml@main"},
                "metadata": {
                    "invocationId": "https://github.com/alice/pay/actions/runs/7/attempts/1",
                    "finishedOn": "2026-11-21T12:00:00Z",
                },
            },
        },
    }


SLSA_02: dict[str, object] = {
    "_type": "https://in-toto.io/Statement/v0.1",
    "predicateType": "https://slsa.dev/provenance/v0.2",
    "subject": [{"name": "pay", "digest": {"sha256": ARTIFACT}}],
    "predicate": {
        "builder": {"id": "https://github.com/slsa-framework/generator@refs/tags/v1.9.0"},
        "buildType": "https://github.com/slsa-framework/slsa-github-generator/go@v1",
        "invocation": {
            "configSource": {
                "uri": "git+https://github.com/alice/pay@refs/tags/v1",
                "digest": {"sha1": COMMIT},
                "entryPoint": ".github/workflows/release.yml",
            }
        },
        "metadata": {"buildInvocationId": "7-1", "buildFinishedOn": "2026-11-21T12:00:00Z"},
        "materials": [
            {"uri": "https://example.com/go.tar.gz", "digest": {"sha1": "3" * 40}},
        ],
    },
}
GITTUF: dict[str, object] = {
    "type": "https://in-toto.io/Statement/v1",
    "subject": [{"digest": {"gitTree": TREE}}],
    "predicate_type": "https://gittuf.dev/github-pull-request-approval/v0.1",
    "predicate": {"approvers": ["alice"], "targetRef": "refs/heads/main"},
}
SOURCE_VSA: dict[str, object] = {
    "_type": "https://in-toto.io/Statement/v1",
    "subject": [{"digest": {"gitCommit": COMMIT}, "annotations": {"source_refs": ["main"]}}],
    "predicateType": "https://slsa.dev/verification_summary/v1",
    "predicate": {
        "verifier": {"id": "https://github.com/slsa-framework/source-actions"},
        "resourceUri": "git+https://github.com/alice/pay",
        "verificationResult": "PASSED",
        "verifiedLevels": ["SLSA_SOURCE_LEVEL_3", "ORG_SOURCE_TESTED", "no level"],
    },
}


def dsse(statement: object, kind: str = "application/vnd.in-toto+json") -> dict[str, object]:
    """An envelope with one signature, which nobody could verify."""
    payload = base64.b64encode(json.dumps(statement).encode()).decode()
    return {"payloadType": kind, "payload": payload, "signatures": [{"keyid": "", "sig": "AA=="}]}


def bundle(statement: object) -> dict[str, object]:
    """A Sigstore bundle of an envelope."""
    return {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"certificate": {"rawBytes": "AA=="}},
        "dsseEnvelope": dsse(statement),
    }


def a_source(value: object) -> Source:
    """A file named ``x`` with these bytes, or with this value as JSON."""
    return Source("x", value if isinstance(value, bytes) else json.dumps(value).encode())
