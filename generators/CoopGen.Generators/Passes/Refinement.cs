using CoopGen.Generators.Ir;
namespace CoopGen.Generators.Passes;
internal static class Refinement { public static Expr Refine(Arena arena, Expr e) => e; }
