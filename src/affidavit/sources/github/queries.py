"""What is asked of GitHub's GraphQL: every text that is sent.

Lists are asked for in pages; what has more is asked again (`MORE`, and `checks` with cursors). The
order is newest first: what changes meanwhile moves to the front, so nothing can be skipped.
"""

from __future__ import annotations

ACTOR = """
fragment A on Actor{__typename login ...on User{databaseId} ...on Bot{databaseId}
 ...on Mannequin{databaseId}}
"""
_EVENTS = (
    "HEAD_REF_FORCE_PUSHED_EVENT,BASE_REF_FORCE_PUSHED_EVENT,BASE_REF_CHANGED_EVENT,"
    "REVIEW_DISMISSED_EVENT,REVIEW_REQUESTED_EVENT,READY_FOR_REVIEW_EVENT,CONVERT_TO_DRAFT_EVENT,"
    "LABELED_EVENT,UNLABELED_EVENT,MERGED_EVENT,CLOSED_EVENT,REOPENED_EVENT,"
    "AUTO_MERGE_ENABLED_EVENT,AUTO_MERGE_DISABLED_EVENT,AUTO_SQUASH_ENABLED_EVENT,"
    "AUTO_REBASE_ENABLED_EVENT,ADDED_TO_MERGE_QUEUE_EVENT,REMOVED_FROM_MERGE_QUEUE_EVENT,"
    "HEAD_REF_DELETED_EVENT,HEAD_REF_RESTORED_EVENT,DEPLOYED_EVENT,ASSIGNED_EVENT"
)
_PARTS = """
fragment Commits on PullRequestCommitConnection{totalCount pageInfo{hasNextPage endCursor}
 nodes{commit{oid tree{oid} message authoredDate committedDate
  author{name email user{login databaseId}} committer{name email user{login databaseId}}
  signature{isValid state wasSignedByGitHub signer{login}}}}}
fragment Reviews on PullRequestReviewConnection{totalCount pageInfo{hasNextPage endCursor}
 nodes{fullDatabaseId state submittedAt lastEditedAt authorAssociation authorCanPushToRepository
  body author{...A} commit{oid}}}
fragment Events on PullRequestTimelineItemsConnection{filteredCount
 pageInfo{hasNextPage endCursor}
 nodes{__typename
  ...on HeadRefForcePushedEvent{createdAt actor{...A} beforeCommit{oid} afterCommit{oid}}
  ...on BaseRefForcePushedEvent{createdAt actor{...A} beforeCommit{oid} afterCommit{oid}}
  ...on BaseRefChangedEvent{createdAt actor{...A} previousRefName currentRefName}
  ...on ReviewDismissedEvent{createdAt actor{...A} previousReviewState dismissalMessage
   review{fullDatabaseId} pullRequestCommit{commit{oid}}}
  ...on ReviewRequestedEvent{createdAt actor{...A}
   requestedReviewer{__typename ...on User{login databaseId} ...on Team{slug} ...on Bot{login}}}
  ...on ReadyForReviewEvent{createdAt actor{...A}}
  ...on ConvertToDraftEvent{createdAt actor{...A}}
  ...on LabeledEvent{createdAt actor{...A} label{name}}
  ...on UnlabeledEvent{createdAt actor{...A} label{name}}
  ...on MergedEvent{createdAt actor{...A} commit{oid} mergeRefName}
  ...on ClosedEvent{createdAt actor{...A}} ...on ReopenedEvent{createdAt actor{...A}}
  ...on AutoMergeEnabledEvent{createdAt actor{...A} enabler{login databaseId}}
  ...on AutoMergeDisabledEvent{createdAt actor{...A} reason}
  ...on AutoSquashEnabledEvent{createdAt actor{...A}}
  ...on AutoRebaseEnabledEvent{createdAt actor{...A}}
  ...on AddedToMergeQueueEvent{createdAt actor{...A} enqueuer{login databaseId}}
  ...on RemovedFromMergeQueueEvent{createdAt actor{...A} reason beforeCommit{oid}}
  ...on HeadRefDeletedEvent{createdAt actor{...A}}
  ...on HeadRefRestoredEvent{createdAt actor{...A}}
  ...on AssignedEvent{createdAt actor{...A}
   assignee{__typename ...on User{login databaseId} ...on Bot{login}}}
  ...on DeployedEvent{createdAt actor{...A} deployment{environment commitOid}}}}
"""
_PULL = (
    """
fragment Pull on PullRequest{
 fullDatabaseId number url title body state isDraft createdAt updatedAt closedAt mergedAt
 baseRefName baseRefOid headRefName headRefOid headRepository{nameWithOwner}
 author{...A} mergedBy{...A} changedFiles additions deletions
 mergeCommit{oid tree{oid} committedDate parents(first:3){totalCount nodes{oid}}
  signature{isValid state wasSignedByGitHub signer{login}}}
 autoMergeRequest{enabledAt enabledBy{...A} mergeMethod}
 labels(first:100){totalCount nodes{name}}
 commits(first:50){...Commits}
 reviews(first:50){...Reviews}
 timelineItems(first:80,itemTypes:["""
    + _EVENTS
    + """]){...Events}}
"""
)
_RATE = "rateLimit{cost remaining resetAt}"

PAGE = (
    "query Page($owner:String!,$name:String!,$size:Int!,$after:String){"
    + _RATE
    + """
 repository(owner:$owner,name:$name){
  pullRequests(first:$size,after:$after,orderBy:{field:UPDATED_AT,direction:DESC}){
   totalCount pageInfo{hasNextPage endCursor} nodes{...Pull}}}}
"""
    + _PULL
    + _PARTS
    + ACTOR
)
"""A page of pull requests, the one changed last first."""

ONE = (
    "query One($owner:String!,$name:String!,$number:Int!){"
    + _RATE
    + " repository(owner:$owner,name:$name){pullRequest(number:$number){...Pull}}}"
    + _PULL
    + _PARTS
    + ACTOR
)
"""One pull request as in `PAGE`."""

MORE = (
    "query More($owner:String!,$name:String!,$number:Int!,$commits:String,$reviews:String,"
    "$events:String,$moreCommits:Boolean!,$moreReviews:Boolean!,$moreEvents:Boolean!){"
    + _RATE
    + """
 repository(owner:$owner,name:$name){pullRequest(number:$number){
  commits(first:100,after:$commits)@include(if:$moreCommits){...Commits}
  reviews(first:100,after:$reviews)@include(if:$moreReviews){...Reviews}
  timelineItems(first:100,after:$events,itemTypes:["""
    + _EVENTS
    + "])@include(if:$moreEvents){...Events}}}}"
    + _PARTS
    + ACTOR
)
"""What a pull request has more of than fitted its page."""

_SUITES = """
fragment Suites on CheckSuiteConnection{totalCount pageInfo{hasNextPage endCursor}
 nodes{databaseId status conclusion app{slug databaseId}
  workflowRun{databaseId event file{path}}
  checkRuns(first:50,filterBy:{checkType:ALL}){totalCount pageInfo{hasNextPage endCursor}
   nodes{databaseId name status conclusion startedAt completedAt}}}}
"""
_COMMIT = (
    "c{n}:object(oid:$o{n}){{...on Commit{{oid"
    " status{{contexts{{context state createdAt creator{{...A}}}}}}"
    " checkSuites(first:20,after:$a{n}){{...Suites}}}}}}"
)


def checks(commits: int) -> str:
    """What ran on so many commits: ``c0`` is the one whose id is ``$o0``, after the cursor ``$a0``.

    Every attempt of a check is asked for; of a status only the last of each context is told.
    """
    numbers = range(commits)
    variables = "".join(f",$o{n}:GitObjectID!,$a{n}:String" for n in numbers)
    fields = "\n".join(_COMMIT.format(n=n) for n in numbers)
    head = f"query Checks($owner:String!,$name:String!{variables}){{{_RATE}"
    return f"{head}\n repository(owner:$owner,name:$name){{{fields}}}}}{_SUITES}{ACTOR}"


STATUSES = (
    "query Statuses($ids:[ID!]!){"
    + _RATE
    + """
 nodes(ids:$ids){...on Deployment{databaseId
  statuses(first:50){totalCount pageInfo{hasNextPage endCursor}
   nodes{state createdAt creator{...A}}}}}}
"""
    + ACTOR
)
"""The steps of deployments, by the ``node_id`` that REST gives them."""
