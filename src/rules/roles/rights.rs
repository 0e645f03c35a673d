//! The words of a roles file: every right there is, the groups of fields, and how far a role reaches.

use crate::domain::words::words;

words! {
    /// What somebody may do, ask or take outside. Each is a row of the roles file; who stands in no row may nothing.
    Right {
        Take = "take",
        Snooze = "snooze",
        Result = "result",
        CompleteReassessment = "complete-reassessment",
        WaiveReassessment = "waive-reassessment",
        ScheduleReassessment = "schedule-reassessment",
        Pass = "pass",
        Escalate = "escalate",
        Retier = "retier",
        Reopen = "reopen",
        LogCall = "log-call",
        AmendCall = "amend-call",
        NewIssue = "new-issue",
        AddNote = "add-note",
        CoverVisit = "cover-visit",
        BookVisit = "book-visit",
        CallOut = "call-out",
        MarkReviewed = "mark-reviewed",
        Undo = "undo",
        UndoBatch = "undo-batch",
        Create = "create",
        Edit = "edit",
        Import = "import",
        AdoptPolicy = "adopt-policy",
        /// Removes what of the log of who saw what need not be kept.
        PurgeAccesses = "purge-accesses",
        AddUser = "add-user",
        SetRole = "set-role",
        SetReach = "set-reach",
        SetAccess = "set-access",
        Emergency = "emergency",
        ReviewEmergency = "review-emergency",
        Header = "header",
        Rights = "rights",
        Agency = "agency",
        Alerts = "alerts",
        Clients = "clients",
        Staff = "staff",
        Visits = "visits",
        Issues = "issues",
        Reassessments = "reassessments",
        Board = "board",
        Span = "span",
        Find = "find",
        Card = "card",
        ClientPage = "client-page",
        StaffPage = "staff-page",
        Codes = "codes",
        Numbers = "numbers",
        Why = "why",
        Outcomes = "outcomes",
        Colleagues = "colleagues",
        OnDuty = "on-duty",
        Call = "call",
        Coverable = "coverable",
        Untold = "untold",
        Asks = "asks",
        WouldBe = "would-be",
        Reviews = "reviews",
        ReviewCard = "review-card",
        History = "history",
        MyActs = "my-acts",
        UndoNext = "undo-next",
        Brief = "brief",
        ColumnMap = "column-map",
        Drafts = "drafts",
        Users = "users",
        EraseClient = "erase-client",
        ResetPin = "reset-pin",
        Initials = "initials",
        Export = "export",
        SourceLines = "source-lines",
        /// Sees what was done and seen, and marks both chains.
        Audit = "audit",
        Clipboard = "clipboard",
        Editor = "editor",
        Pager = "pager",
        ReadFiles = "read-files",
        WriteFiles = "write-files",
    }
}

impl Right {
    /// It leaves what caseload itself can watch over: a clipboard, another program, a file. Never under a forced
    /// command, where the login was given for caseload alone.
    pub fn is_outward(self) -> bool {
        matches!(self, Self::Clipboard | Self::Editor | Self::Pager | Self::ReadFiles | Self::WriteFiles)
    }
}

words! {
    /// Fields that are shown and changed by the same people.
    Group {
        /// Date of birth and record number.
        Identity = "identity",
        /// Diagnoses.
        Diagnoses = "diagnoses",
        /// All else that is known of somebody's health: issues, medications, allergies, care plans, scores, what was said.
        Clinical = "clinical",
        /// Codes and ways into a home.
        Codes = "codes",
        /// A caregiver's own telephone, address and rest.
        StaffPrivate = "staff-private",
        /// Users: logins, roles, who was where in an emergency.
        Users = "users",
        /// The agency, its offices and its rules.
        Agency = "agency",
    }
}
