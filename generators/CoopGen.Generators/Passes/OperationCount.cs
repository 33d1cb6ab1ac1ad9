using CoopGen.Generators.Ir;
namespace CoopGen.Generators.Passes;
internal static class OperationCount { public static (int Operations, int LibraryCalls) Count(Arena arena, IReadOnlyList<Expr> roots, int n) => (roots.Count, n); }
