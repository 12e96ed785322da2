using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A public field or property of a row class.</summary>
internal sealed record RowMember(MemberInfo Info, Type Type, bool CanRead, bool CanWrite)
{
    public static IEnumerable<RowMember> Of(Type rowType)
    {
        foreach (FieldInfo field in rowType.GetFields(BindingFlags.Public | BindingFlags.Instance))
            yield return new RowMember(field, field.FieldType, true, true);
        foreach (PropertyInfo property in rowType.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length == 0)
                yield return new RowMember(property, property.PropertyType, property.GetMethod is { IsPublic: true }, property.SetMethod is { IsPublic: true });
        }
    }

    public static RowMember Find(Type rowType, string name) => Of(rowType).FirstOrDefault(m => m.Info.Name == name)
        ?? throw new ArgumentOutOfRangeException(nameof(name), $"No field or property with name '{name}' found in type '{rowType.FullName}'");

    public Func<TRow, TValue> Reader<TRow, TValue>()
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TValue>>(Expression.MakeMemberAccess(row, Info), row).Compile();
    }

    public Action<TRow, TValue> Writer<TRow, TValue>()
    {
        // The original writes read-only fields, too.
        if (Info is FieldInfo { IsInitOnly: true } field)
            return (target, newValue) => field.SetValue(target, newValue);
        ParameterExpression row = Expression.Parameter(typeof(TRow)), value = Expression.Parameter(typeof(TValue));
        return Expression.Lambda<Action<TRow, TValue>>(Expression.Assign(Expression.MakeMemberAccess(row, Info), value), row, value).Compile();
    }
}
