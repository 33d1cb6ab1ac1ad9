namespace CoopGen.Validation;

/// <summary>A case file says what cannot be: the message names the place, the value and what is allowed.</summary>
public sealed class CaseException(string message) : Exception(message);
