using CoopGen;
using CoopGen.Cli;

return CommandLine.Run(args, Registry.All);
